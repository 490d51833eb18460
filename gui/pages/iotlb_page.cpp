// How much memory the IOTLB covers.
#include <QCoreApplication>

#include "gui/pages/chart_page.h"

namespace sriov::gui {
namespace {

class IotlbPage : public ChartPage {
  Q_DECLARE_TR_FUNCTIONS(IotlbPage)

 public:
  [[nodiscard]] QString title() const override { return tr("IOTLB reach"); }
  [[nodiscard]] QString icon_path() const override {
    return QStringLiteral("M4 4h16v16h-16z M4 10h16 M4 15h16 M10 4v16");
  }
  [[nodiscard]] int place() const override { return 30; }

 protected:
  [[nodiscard]] std::string chart() const override { return "iotlb-reach"; }
  [[nodiscard]] std::vector<std::string> explanations() const override { return {"iotlb_reach"}; }
  [[nodiscard]] FigureChoice choice(const ViewState& /*view*/) const override { return {}; }
};

const PageRegistration<IotlbPage> registration{"iotlb"};

}  // namespace
}  // namespace sriov::gui
