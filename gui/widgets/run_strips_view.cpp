#include "gui/widgets/run_strips_view.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/time.h"

namespace sriov::gui {
namespace {}  // namespace

RunStripsView::RunStripsView(QWidget* parent)
    : QWidget(parent),
      title_(new QLabel),
      newest_(new QPushButton(tr("Newest"))),
      whole_(new QPushButton(tr("All"))),
      chooser_(new StripChooser),
      strips_(new StripView),
      table_(new StripTable(this)) {
  title_->setWordWrap(true);
  title_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
  title_->setAccessibleName(tr("Trial whose samples are shown"));
  newest_->setCheckable(true);
  newest_->setChecked(true);
  newest_->setToolTip(tr("Show the last minute. Zooming or moving pauses; samples are kept all the same."));
  whole_->setToolTip(tr("Show everything that was seen of this run."));
  strips_->setAccessibleName(tr("Samples of the run as they come"));
  strips_->set_time_label(tr("Time since the first trial shown began (s)"));
  auto* bar = new QHBoxLayout;
  bar->addWidget(title_, 1);
  bar->addWidget(newest_);
  bar->addWidget(whole_);
  bar->addWidget(chooser_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addLayout(bar);
  column->addWidget(strips_, 1);
  connect(newest_, &QPushButton::toggled, this, &RunStripsView::show_now);
  connect(whole_, &QPushButton::clicked, this, [this] {
    newest_->setChecked(false);
    if (const auto whole = strips_->whole_range()) strips_->set_range(*whole);
  });
  connect(chooser_, &StripChooser::chosen_changed, this, &RunStripsView::draw);
  connect(strips_, &StripView::range_wanted, this, [this](Span wanted) {
    newest_->setChecked(false);
    strips_->set_range(wanted);
  });
  connect(strips_, &StripView::current_changed, this, &RunStripsView::exports_changed);
  write_words();
}

void RunStripsView::follow(const QString& run_directory) {
  reading_.cancel();
  look_again_ = false;
  strips_->set_strips({}, 0);  // Before those that it draws go.
  all_.clear();
  trials_.clear();
  mark_trials();
  source_ = std::make_shared<RunStrips>(run_directory.toStdString());
  is_there_ = was_cut_off_ = is_over_ = is_emulated_ = false;
  planned_ = 0;
  problem_.clear();
  newest_->setChecked(true);
  write_words();
}

void RunStripsView::look() {
  if (!source_) return;
  look_again_ = reading_.is_running();
  if (look_again_) return;
  using Read = Result<RunStripsPart>;
  reading_.start<Read>([source = source_](JobControl&) { return source->read(); },
                       [this](const Read& read) {
                         problem_ = read ? QString() : QString::fromStdString(read.error().text());
                         if (read) take(*read);
                         write_words();
                         if (look_again_) look();
                       });
}

void RunStripsView::set_state(int planned, bool is_over) {
  planned_ = planned;
  is_over_ = is_over;
  write_words();
}

const QAbstractItemModel* RunStripsView::current_table() const {
  if (strips_->current_strip() == nullptr) return nullptr;
  const auto ns = [this](double s) { return origin_ns_ + static_cast<std::int64_t>(s * kNsPerSecond); };
  table_->show(strips_->current_strip(), origin_ns_, ns(strips_->range().low), ns(strips_->range().high));
  return table_;
}

void RunStripsView::take(const RunStripsPart& part) {
  is_there_ = part.is_there;
  was_cut_off_ = part.was_cut_off;
  is_emulated_ = is_emulated_ || part.is_emulated;
  if (trials_.empty() && !part.begun.empty()) origin_ns_ = part.begun.front().begin_ns;
  trials_.insert(trials_.end(), part.begun.begin(), part.begun.end());
  const std::size_t before = all_.size();
  const StripCurves* first = all_.data();
  append_strips(all_, part.strips, kRowsKept);
  if (all_.size() != before || all_.data() != first) {
    chooser_->list(all_);
    draw();
  } else if (!part.strips.empty() && isVisible()) {
    show_now();
  }
  if (!part.begun.empty()) mark_trials();
}

void RunStripsView::draw() {
  strips_->set_strips(chooser_->chosen(all_), origin_ns_);
  show_now();
}

/// The last minute when the newest is wanted; else what is shown gets its new steps.
void RunStripsView::show_now() {
  const auto whole = strips_->whole_range();
  if (!newest_->isChecked() || !whole) return strips_->strips_grew();
  strips_->strips_grew(Span{std::max(0.0, whole->high - kShown_s), std::max(whole->high, 1.0)});
}

void RunStripsView::mark_trials() {
  std::vector<TimeMark> marks;
  for (const BegunTrial& trial : trials_)
    marks.push_back(
        {trial.begin_ns, QStringLiteral("%1: %2").arg(trial.number).arg(QString::fromStdString(trial.values))});
  strips_->set_marks(std::move(marks), std::nullopt);
}

void RunStripsView::write_words() {
  const bool has_strips = !all_.empty();
  for (QWidget* widget : std::initializer_list<QWidget*>{newest_, whole_, chooser_, strips_})
    widget->setVisible(has_strips);
  if (!problem_.isEmpty()) return title_->setText(problem_);
  title_->setText(has_strips ? what_is_shown() : why_nothing_is_shown());
}

QString RunStripsView::what_is_shown() const {
  const BegunTrial& last = trials_.back();
  QString title = tr("Trial %1");
  if (is_over_) title = tr("The run is over; last trial seen: %1");
  if (was_cut_off_) title = tr("The run was cut off in trial %1");
  title = title.arg(last.number);
  if (planned_ > 0) title += tr(" of %1").arg(planned_);
  title += ": " + QString::fromStdString(last.levels);
  if (last.attempt > 1) title += tr(" (attempt %1)").arg(last.attempt);
  if (is_emulated_) title += tr(" – emulated");
  return title;
}

QString RunStripsView::why_nothing_is_shown() const {
  if (is_there_) return tr("Strips come a second or two after the traffic of a trial has begun.");
  if (planned_ > 0 && is_over_) return tr("The run is over: the page Time line has the strips of its trials.");
  if (planned_ > 0)
    return tr(
        "This run shows no samples while a trial runs: the page Time line has a trial's strips when it has ended. To "
        "see them as they come, start a run with the box above, or with sriov-bench run --live.");
  return tr("Strips of the trial under way come here when a run is started with the box above.");
}

}  // namespace sriov::gui
