// A run as it goes on: started here, or followed in the directory that another process writes.
#include <algorithm>

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QSplitter>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

#include "gui/models/run_process.h"
#include "gui/models/run_progress.h"
#include "gui/pages/page.h"
#include "gui/widgets/run_strips_view.h"
#include "host/clock.h"
#include "host/data_files.h"
#include "testbed/testbed.h"

namespace sriov::gui {
namespace {

constexpr int kLookEveryMs = 1000;
constexpr int kLinesTold = 2000;
constexpr int kWordsShare = 400;  ///< Of the width, to begin with.
constexpr int kStripsShare = 600;

class RunPage : public Page {
  Q_DECLARE_TR_FUNCTIONS(RunPage)

 public:
  RunPage()
      : experiment_(new QComboBox),
        testbed_(new QComboBox),
        overrides_(new QLineEdit),
        directory_(new QLineEdit),
        live_(new QCheckBox(tr("Show &samples while a trial runs"))),
        start_(new QPushButton(tr("Start"))),
        resume_(new QPushButton(tr("Resume"))),
        stop_(new QPushButton(tr("Stop"))),
        follow_(new QPushButton(tr("Follow"))),
        open_(new QPushButton(tr("Open in the pages"))),
        bar_(new QProgressBar),
        state_(new QLabel),
        table_(new QTableView),
        told_(new QPlainTextEdit),
        strips_(new RunStripsView),
        model_(new ProgressModel(this)),
        look_(new QTimer(this)) {
    fill_choices();
    stop_->setToolTip(tr("The trial under way is given up; those before it are kept."));
    resume_->setToolTip(tr("Runs what the directory lacks."));
    follow_->setToolTip(tr("Shows a run that another process writes to the directory."));
    live_->setChecked(true);
    live_->setToolTip(
        tr("As run --live: about once a second the samples so far are fetched from every machine, which costs all of\n"
           "them together some tenths of a per cent of a CPU (emulated ones more). Untick it for results of which\n"
           "that may matter; strips come when a trial has ended then."));
    state_->setWordWrap(true);
    table_->setModel(model_);
    table_->verticalHeader()->hide();
    table_->horizontalHeader()->setStretchLastSection(false);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setAccessibleName(tr("Trials that have ended"));
    told_->setReadOnly(true);
    told_->setMaximumBlockCount(kLinesTold);
    told_->setAccessibleName(tr("What the run tells"));
    look_->setInterval(kLookEveryMs);
    set_content(make_content());
    connect(look_, &QTimer::timeout, this, &RunPage::look);
    connect(start_, &QPushButton::clicked, this, [this] { run(false); });
    connect(resume_, &QPushButton::clicked, this, [this] { run(true); });
    connect(stop_, &QPushButton::clicked, &command_, &RunCommand::stop);
    connect(follow_, &QPushButton::clicked, this, &RunPage::follow);
    connect(strips_, &RunStripsView::exports_changed, this, [this] { emit exports_changed(); });
    connect(open_, &QPushButton::clicked, this, [this] { emit runs_wanted({directory_->text()}); });
    connect(&command_, &RunCommand::told, told_, &QPlainTextEdit::appendPlainText);
    connect(&command_, &RunCommand::ended, this, [this](const QString& meaning) {
      meaning_ = meaning;
      look();
      enable();
    });
    enable();
    write_state();
  }

  [[nodiscard]] QString title() const override { return tr("Run"); }
  [[nodiscard]] QString icon_path() const override { return QStringLiteral("M6 4l14 8-14 8z"); }
  [[nodiscard]] int place() const override { return 4; }
  [[nodiscard]] bool needs_runs() const override { return false; }
  [[nodiscard]] const QAbstractItemModel* current_table() const override {
    const QAbstractItemModel* strip = strips_->current_table();
    return strip != nullptr ? strip : model_;
  }
  [[nodiscard]] std::optional<FigureData> current_figure() const override { return strips_->current_figure(); }

  /// An open run that is being written is followed.
  void show_runs(const RunSet& runs) override {
    show_content();
    if (command_.is_running()) return;
    for (const OpenRun& run : runs.runs())
      if (run.is_unfinished()) {
        directory_->setText(run.directory);
        return follow();
      }
  }
  void save_layout(QSettings& settings) const override {
    settings.setValue("experiment", experiment_->currentText());
    settings.setValue("testbed", testbed_->currentText());
    settings.setValue("overrides", overrides_->text());
    settings.setValue("live", live_->isChecked());
    settings.setValue("hidden", strips_->hidden());
  }
  void restore_layout(const QSettings& settings) override {
    experiment_->setCurrentText(settings.value("experiment", experiment_->currentText()).toString());
    testbed_->setCurrentText(settings.value("testbed", testbed_->currentText()).toString());
    overrides_->setText(settings.value("overrides").toString());
    live_->setChecked(settings.value("live", true).toBool());
    strips_->hide_strips(settings.value("hidden").toStringList());
  }

 private:
  static QString duration_text(double seconds) {
    const auto whole = static_cast<qint64>(seconds + 0.5);
    if (whole < 60) return tr("%1 s").arg(whole);
    if (whole < 3600) return tr("%1 min %2 s").arg(whole / 60).arg(whole % 60);
    return tr("%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60);
  }

  void fill_choices() {
    experiment_->setEditable(true);
    if (const auto configs = config_directory()) {
      const QDir shipped(QString::fromStdString(*configs) + "/experiments");
      for (const QString& file : shipped.entryList({"*.toml"}, QDir::Files, QDir::Name))
        experiment_->addItem(QFileInfo(file).completeBaseName());
    }
    experiment_->setCurrentText("smoke");
    testbed_->addItem(QString());
    for (const std::string& name : TestbedRegistry::instance().names()) testbed_->addItem(QString::fromStdString(name));
    overrides_->setPlaceholderText(tr("KEY=VALUE …, such as duration=2s factors.path=vf,netfront"));
    directory_->setText(
        QDir::current().filePath("results/run-" + QDateTime::currentDateTimeUtc().toString("yyyyMMdd-HHmmss")));
  }

  QWidget* make_content() {
    auto* browse = new QPushButton(tr("File…"));
    connect(browse, &QPushButton::clicked, this, [this] {
      const QString file = QFileDialog::getOpenFileName(this, tr("Experiment"), {}, tr("Experiments (*.toml)"));
      if (!file.isEmpty()) experiment_->setCurrentText(file);
    });
    const auto in_line = [](std::initializer_list<QWidget*> widgets) {
      auto* line = new QHBoxLayout;
      for (QWidget* widget : widgets) line->addWidget(widget, widget == *widgets.begin() ? 1 : 0);
      return line;
    };
    auto* form = new QFormLayout;
    const auto add_row = [form](const QString& text, QWidget* buddy, QLayout* line) {
      auto* label = new QLabel(text);
      label->setBuddy(buddy);
      form->addRow(label, line);
    };
    add_row(tr("&Experiment"), experiment_, in_line({experiment_, browse}));
    form->addRow(tr("&Testbed"), testbed_);
    form->addRow(tr("&Overrides"), overrides_);
    add_row(tr("&Directory"), directory_, in_line({directory_, start_, resume_, stop_, follow_, open_}));
    testbed_->setToolTip(tr("Empty: the experiment's own"));
    experiment_->setAccessibleName(tr("Experiment"));
    testbed_->setAccessibleName(tr("Testbed"));
    overrides_->setAccessibleName(tr("Overrides"));
    directory_->setAccessibleName(tr("Directory of the result"));
    form->addRow(QString(), live_);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->addLayout(form);
    column->addWidget(bar_);
    column->addWidget(state_);
    column->addWidget(make_results(), 1);
    return content;
  }

  /// Trials and what the run tells, and beside them the strips, which need the width.
  QWidget* make_results() {
    auto* words = new QSplitter(Qt::Vertical);
    words->addWidget(table_);
    words->addWidget(told_);
    words->setStretchFactor(0, 2);
    words->setStretchFactor(1, 1);
    auto* splitter = new QSplitter(Qt::Horizontal);
    splitter->addWidget(words);
    splitter->addWidget(strips_);
    splitter->setSizes({kWordsShare, kStripsShare});
    return splitter;
  }

  void run(bool resume) {
    told_->clear();
    meaning_.clear();
    model_->set_progress({});
    strips_->follow(directory_->text());
    command_.start({experiment_->currentText(), testbed_->currentText(), overrides_->text(), directory_->text(), resume,
                    live_->isChecked()});
    look_->start();
    enable();
    write_state();
  }

  void follow() {
    meaning_.clear();
    model_->set_progress({});
    strips_->follow(directory_->text());
    look_->start();
    look();
  }

  void look() {
    strips_->look();
    using Read = Result<RunProgress>;
    reading_.start<Read>(
        [directory = directory_->text().toStdString()](JobControl&) { return read_progress(directory); },
        [this](Read read) {
          problem_ = read ? QString() : QString::fromStdString(read.error().text());
          if (read) model_->set_progress(std::move(*read));
          if (read) table_->resizeColumnsToContents();
          // What another process writes is looked at once more: its last rows may have come after strips_->look().
          const bool is_over = !command_.is_running() && (!read || read->is_finished());
          if (is_over && look_->isActive()) strips_->look();
          if (is_over) look_->stop();
          strips_->set_state(model_->progress().planned, is_over);
          write_state();
          enable();
        });
  }

  void write_state() {
    const RunProgress& progress = model_->progress();
    bar_->setMaximum(std::max(progress.planned, 1));
    bar_->setValue(progress.done());
    bar_->setFormat(progress.planned > 0 ? tr("%v of %m trials") : QString());
    QStringList words;
    if (!meaning_.isEmpty()) words << meaning_;
    if (progress.planned > 0) {
      words << tr("%1 on %2: %3 of %4 trials valid.")
                   .arg(QString::fromStdString(progress.info.name), QString::fromStdString(progress.info.testbed))
                   .arg(progress.valid())
                   .arg(progress.done());
      if (progress.info.emulated) words << tr("Emulated: times and rates are not hardware's.");
      if (const auto left = progress.remaining_s(unix_ns()); left && look_->isActive())
        words << tr("About %1 left.").arg(duration_text(*left));
    } else if (command_.is_running()) {
      words << tr("The testbed is being made ready.");
    } else if (!problem_.isEmpty() && look_->isActive()) {
      words << problem_;
    } else if (words.isEmpty()) {
      words << tr("Start runs the experiment as sriov-bench run does; Follow shows a run of somebody else.");
    }
    state_->setText(words.join(' '));
  }

  void enable() {
    const bool runs = command_.is_running();
    start_->setEnabled(!runs);
    resume_->setEnabled(!runs);
    follow_->setEnabled(!runs);
    stop_->setEnabled(runs);
    open_->setEnabled(model_->progress().done() > 0);
  }

  BackgroundJob reading_;
  RunCommand command_;
  QString meaning_;
  QString problem_;
  QComboBox* experiment_;
  QComboBox* testbed_;
  QLineEdit* overrides_;
  QLineEdit* directory_;
  QCheckBox* live_;
  QPushButton* start_;
  QPushButton* resume_;
  QPushButton* stop_;
  QPushButton* follow_;
  QPushButton* open_;
  QProgressBar* bar_;
  QLabel* state_;
  QTableView* table_;
  QPlainTextEdit* told_;
  RunStripsView* strips_;
  ProgressModel* model_;
  QTimer* look_;
};

const PageRegistration<RunPage> registration{"run"};

}  // namespace
}  // namespace sriov::gui
