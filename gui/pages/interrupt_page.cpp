// Which interrupt ran on which CPU, and when.
#include <QCoreApplication>
#include <map>
#include <set>

#include "gui/pages/chart_page.h"
#include "report/run_factors.h"

namespace sriov::gui {
namespace {

const QString kTrial = QStringLiteral("interrupts/trial");
const QString kMachine = QStringLiteral("interrupts/machine");

class InterruptPage : public ChartPage {
  Q_DECLARE_TR_FUNCTIONS(InterruptPage)

 public:
  InterruptPage() {
    add_choice(tr("&Trial"), kTrial);
    add_choice(tr("&Machine"), kMachine);
  }
  [[nodiscard]] QString title() const override { return tr("Interrupt map"); }
  [[nodiscard]] QString icon_path() const override {
    return QStringLiteral("M7 7h10v10h-10z M10 3v4 M14 3v4 M10 17v4 M14 17v4 M3 10h4 M3 14h4 M17 10h4 M17 14h4");
  }
  [[nodiscard]] int place() const override { return 40; }

 protected:
  [[nodiscard]] std::string chart() const override { return "interrupt-map"; }
  [[nodiscard]] FigureChoice choice(const ViewState& view) const override {
    return {view.setting.value(kMachine).toStdString(), "", "", view.setting.value(kTrial).toStdString()};
  }
  [[nodiscard]] Choices choices() const override { return &offered; }

 private:
  static Result<QList<ChoiceBox::Choices>> offered(OpenRuns& runs, const FigureChoice& /*chosen*/) {
    std::set<std::string> cells;
    std::set<std::string> machines;
    SRIOV_ASSIGN(const auto* all, trials_of_runs(runs));
    for (const StoredTrial& trial : *all)
      if (trial.record().status == TrialStatus::ok) cells.insert(to_string(trial.record().planned.cell));
    for (const Store& store : runs.stores()) {
      SRIOV_ASSIGN(const auto environments, store.environments());
      for (const auto& [endpoint, facts] : environments)
        if (!endpoint.empty()) machines.insert(endpoint);
    }
    ChoiceBox::Choices trials{qMakePair(tr("the first"), QString())};
    for (const std::string& cell : cells)
      trials << qMakePair(QString::fromStdString(cell), QString::fromStdString(cell));
    ChoiceBox::Choices endpoints{qMakePair(tr("all"), QString())};
    for (const std::string& machine : machines)
      endpoints << qMakePair(QString::fromStdString(machine), QLatin1Char('@') + QString::fromStdString(machine));
    return QList<ChoiceBox::Choices>{trials, endpoints};
  }
};

const PageRegistration<InterruptPage> registration{"interrupts"};

}  // namespace
}  // namespace sriov::gui
