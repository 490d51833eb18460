// Machines as they are now: their agents are watched without a workload of ours.
#include <algorithm>

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QVBoxLayout>

#include "core/time.h"
#include "gui/models/live_feed.h"
#include "gui/models/strip_table.h"
#include "gui/pages/live_page.h"
#include "gui/pages/page.h"
#include "gui/widgets/strip_chooser.h"
#include "gui/widgets/strip_view.h"
#include "host/clock.h"

namespace sriov::gui {
namespace {

constexpr int kFastestMs = 10;
constexpr int kSlowestMs = 10'000;
constexpr int kUsualMs = 100;
constexpr int kLinesTold = 200;

/// As QProcess::splitCommand() takes it apart again.
QString quoted(QStringList targets) {
  for (QString& target : targets)
    if (target.contains(QLatin1Char(' ')))
      target = QStringLiteral("\"%1\"").arg(target.replace(QStringLiteral("\""), QStringLiteral("\"\"\"")));
  return targets.join(QLatin1Char(' '));
}

class LiveStrips : public LivePage {
  Q_DECLARE_TR_FUNCTIONS(LiveStrips)

 public:
  LiveStrips()
      : targets_(new QLineEdit(QStringLiteral("local:"))),
        interval_(new QSpinBox),
        start_(new QPushButton),
        follow_(new QPushButton(tr("Follow"))),
        chooser_(new StripChooser),
        strips_(new StripView),
        told_(new QPlainTextEdit),
        table_(new StripTable(this)) {
    targets_->setAccessibleName(tr("Machines to watch"));
    targets_->setToolTip(tr("Separated by spaces: local:, NAME=ssh:user@host, \"exec:COMMAND WORDS\""));
    interval_->setRange(kFastestMs, kSlowestMs);
    interval_->setValue(kUsualMs);
    interval_->setSuffix(tr(" ms"));
    interval_->setAccessibleName(tr("Time between two samples"));
    follow_->setCheckable(true);
    follow_->setChecked(true);
    follow_->setToolTip(tr("Show the last minute. Zooming or moving pauses; samples are kept all the same."));
    told_->setReadOnly(true);
    told_->setMaximumBlockCount(kLinesTold);
    told_->setMaximumHeight(fontMetrics().height() * 4);
    told_->setAccessibleName(tr("What the agents told"));
    told_->hide();
    strips_->setAccessibleName(tr("Samples as they come"));
    strips_->set_time_label(tr("Time since watching began (s)"));
    strips_->set_empty_text(tr("Start watches the machines above: local: is this one, ssh:root@host another."));
    set_content(make_content());
    connect(start_, &QPushButton::clicked, this, [this] { feed_.is_running() ? stop() : start(); });
    connect(targets_, &QLineEdit::returnPressed, this, &LiveStrips::start);
    connect(follow_, &QPushButton::toggled, this, &LiveStrips::show_now);
    connect(chooser_, &StripChooser::chosen_changed, this, &LiveStrips::draw);
    connect(strips_, &StripView::range_wanted, this, [this](Span wanted) {
      follow_->setChecked(false);
      strips_->set_range(wanted);
    });
    connect(strips_, &StripView::current_changed, this, [this] { emit exports_changed(); });
    connect(&feed_, &LiveFeed::grew, this, &LiveStrips::grow);
    connect(&feed_, &LiveFeed::told, this, &LiveStrips::tell);
    connect(&feed_, &LiveFeed::ended, this, [this](const QString& why) {
      if (!why.isEmpty()) tell(why);
      write_button();
    });
    write_button();
  }

  [[nodiscard]] QString title() const override { return tr("Live"); }
  [[nodiscard]] QString icon_path() const override { return QStringLiteral("M3 12h4l3-7 4 14 3-7h4"); }
  [[nodiscard]] int place() const override { return 5; }
  [[nodiscard]] bool needs_runs() const override { return false; }
  void show_runs(const RunSet& /*runs*/) override { show_content(); }
  [[nodiscard]] std::optional<FigureData> current_figure() const override { return strips_->current_figure(false); }
  [[nodiscard]] const QAbstractItemModel* current_table() const override {
    if (strips_->current_strip() == nullptr) return nullptr;
    table_->show(strips_->current_strip(), origin_ns_, origin_ns_, monotonic_ns());
    return table_;
  }
  void save_layout(QSettings& settings) const override {
    settings.setValue("targets", targets_->text());
    settings.setValue("interval_ms", interval_->value());
    settings.setValue("hidden", chooser_->hidden());
  }
  void restore_layout(const QSettings& settings) override {
    targets_->setText(settings.value("targets", targets_->text()).toString());
    interval_->setValue(settings.value("interval_ms", interval_->value()).toInt());
    chooser_->hide(settings.value("hidden").toStringList());
  }

  void watch(const QStringList& targets) override {
    targets_->setText(quoted(targets));
    start();
  }
  [[nodiscard]] const std::vector<StripCurves>& strips() const override { return all_; }

 private:
  QWidget* make_content() {
    auto* bar = new QHBoxLayout;
    auto* label = new QLabel(tr("&Watch"));
    label->setBuddy(targets_);
    bar->addWidget(label);
    bar->addWidget(targets_, 1);
    bar->addWidget(new QLabel(tr("every")));
    bar->addWidget(interval_);
    bar->addWidget(start_);
    bar->addWidget(follow_);
    bar->addWidget(chooser_);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->addLayout(bar);
    column->addWidget(strips_, 1);
    column->addWidget(told_);
    return content;
  }

  void start() {
    strips_->set_strips({}, 0);
    all_.clear();
    told_->clear();
    told_->hide();
    origin_ns_ = monotonic_ns();
    LiveRequest request;
    request.targets = QProcess::splitCommand(targets_->text());
    request.interval_ns = std::int64_t{interval_->value()} * 1'000'000;
    feed_.start(request);
    follow_->setChecked(true);
    write_button();
  }
  void stop() {
    feed_.stop();
    write_button();
  }
  void write_button() { start_->setText(feed_.is_running() ? tr("Stop") : tr("Start")); }

  void tell(const QString& line) {
    told_->appendPlainText(line);
    told_->show();
    emit told(line);
  }

  void grow() {
    const std::vector<Strip> strips = feed_.take();
    if (strips.empty()) return;
    const std::size_t before = all_.size();
    const StripCurves* first = all_.data();
    append_strips(all_, strips, kRowsKept);
    if (all_.size() != before || all_.data() != first) {
      chooser_->list(all_);
      draw();
    } else if (isVisible()) {
      show_now();
    }
  }

  void draw() {
    strips_->set_strips(chooser_->chosen(all_), origin_ns_);
    show_now();
  }

  /// The last minute when it is followed; else what is shown gets its new steps.
  void show_now() {
    if (!follow_->isChecked()) return strips_->strips_grew();
    const double now_s = static_cast<double>(monotonic_ns() - origin_ns_) / kNsPerSecond;
    strips_->strips_grew(Span{std::max(0.0, now_s - kShown_s), std::max(now_s, 1.0)});
  }

  std::vector<StripCurves> all_;
  std::int64_t origin_ns_ = 0;
  QLineEdit* targets_;
  QSpinBox* interval_;
  QPushButton* start_;
  QPushButton* follow_;
  StripChooser* chooser_;
  StripView* strips_;
  QPlainTextEdit* told_;
  StripTable* table_;
  LiveFeed feed_;  ///< Ends first: its thread calls back.
};

const PageRegistration<LiveStrips> registration{"live"};

}  // namespace
}  // namespace sriov::gui
