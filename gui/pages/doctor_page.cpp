// What `sriov-bench doctor` says of this machine.
#include <QCoreApplication>
#include <QPushButton>
#include <QVBoxLayout>

#include "gui/pages/page.h"
#include "gui/widgets/report_text.h"
#include "testbed/doctor/doctor_report.h"

namespace sriov::gui {
namespace {

QString look() {
  LocalShell shell;
  return QString::fromStdString(doctor::to_text(doctor::examine({Host::at(""), shell}), false));
}

class DoctorPage : public Page {
  Q_DECLARE_TR_FUNCTIONS(DoctorPage)

 public:
  DoctorPage() : again_(new QPushButton(tr("&Look again"))), text_(new ReportText(tr("Report of the doctor"))) {
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->addWidget(again_, 0, Qt::AlignLeft);
    column->addWidget(text_, 1);
    set_content(content);
    watch(job_);
    connect(again_, &QPushButton::clicked, this, &DoctorPage::start);
    connect(&job_, &BackgroundJob::running_changed, this, [this](bool is_running) {
      again_->setEnabled(!is_running);
      again_->setText(is_running ? tr("Looking at this machine…") : tr("&Look again"));
    });
  }
  [[nodiscard]] QString title() const override { return tr("Doctor"); }
  [[nodiscard]] QString icon_path() const override { return QStringLiteral("M3 12h4l3-8 4 16 3-8h4"); }
  [[nodiscard]] int place() const override { return 80; }
  [[nodiscard]] bool needs_runs() const override { return false; }

  /// It is about this machine, whatever runs are open: it looks when the page is first seen.
  void show_runs(const RunSet& /*runs*/) override {
    if (text_->toPlainText().isEmpty() && !job_.is_running()) start();
  }

 private:
  void start() {
    job_.start<QString>([](JobControl&) { return look(); }, [this](const QString& text) { text_->setPlainText(text); });
  }

  QPushButton* again_;
  ReportText* text_;
  BackgroundJob job_;
};

const PageRegistration<DoctorPage> registration{"doctor"};

}  // namespace
}  // namespace sriov::gui
