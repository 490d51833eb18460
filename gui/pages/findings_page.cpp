// What `sriov-bench explain` finds in the runs.
#include <QCoreApplication>
#include <QVBoxLayout>

#include "gui/models/findings_text.h"
#include "gui/pages/page.h"
#include "gui/widgets/report_text.h"

namespace sriov::gui {
namespace {

class FindingsPage : public Page {
  Q_DECLARE_TR_FUNCTIONS(FindingsPage)

 public:
  FindingsPage() : text_(new ReportText(tr("Findings"))) {
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->addWidget(text_);
    set_content(content);
    watch(job_);
    connect(&job_, &BackgroundJob::running_changed, this, [this](bool is_running) {
      if (!is_running) show_message(tr("It was cancelled"), tr("File > Read again begins anew."));
    });
  }
  [[nodiscard]] QString title() const override { return tr("Findings"); }
  [[nodiscard]] QString icon_path() const override {
    return QStringLiteral("M9 18h6 M10 21h4 M12 3a6 6 0 0 0-4 10c1 1 1 2 1 3h6c0-1 0-2 1-3a6 6 0 0 0-4-10z");
  }
  [[nodiscard]] int place() const override { return 50; }

  void show_runs(const RunSet& runs) override {
    show_message(tr("Reading the samples"), tr("All trials are looked through."));
    job_.start<QString>([runs](JobControl& control) { return findings_text(runs, {}, control); },
                        [this](const QString& text) {
                          text_->setPlainText(text);
                          show_content();
                        });
  }

 private:
  BackgroundJob job_;
  ReportText* text_;
};

const PageRegistration<FindingsPage> registration{"findings"};

}  // namespace
}  // namespace sriov::gui
