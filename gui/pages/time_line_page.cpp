// Everything that was sampled of a trial on one time axis.
#include <QComboBox>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QSettings>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <memory>

#include "gui/models/strip_table.h"
#include "gui/models/trial_time_line.h"
#include "gui/pages/page.h"
#include "gui/widgets/strip_chooser.h"
#include "gui/widgets/strip_view.h"

namespace sriov::gui {
namespace {

constexpr double kZoomStep = 2;

class TimeLinePage : public Page {
  Q_DECLARE_TR_FUNCTIONS(TimeLinePage)

 public:
  TimeLinePage()
      : trials_(new QComboBox),
        chooser_(new StripChooser),
        note_(new QLabel),
        strips_(new StripView),
        table_(new StripTable(this)) {
    trials_->setAccessibleName(tr("Trial"));
    trials_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    strips_->setAccessibleName(tr("Samples over time"));
    strips_->set_time_label(tr("Time since the trial began (s)"));
    note_->setWordWrap(true);
    note_->hide();
    auto* bar = new QHBoxLayout;
    bar->addWidget(trials_, 1);
    bar->addWidget(chooser_);
    add_button(bar, tr("Zoom in"), QKeySequence::ZoomIn, [this] { zoom(1 / kZoomStep); });
    add_button(bar, tr("Zoom out"), QKeySequence::ZoomOut, [this] { zoom(kZoomStep); });
    add_button(bar, tr("All"), QKeySequence(Qt::CTRL | Qt::Key_0), [this] { want(std::nullopt); });
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->addLayout(bar);
    column->addWidget(note_);
    column->addWidget(strips_, 1);
    set_content(content);
    connect(trials_, &QComboBox::currentIndexChanged, this, &TimeLinePage::read);
    connect(chooser_, &StripChooser::chosen_changed, this, &TimeLinePage::draw);
    connect(strips_, &StripView::range_wanted, this, [this](Span wanted) { want(wanted); });
    connect(strips_, &StripView::current_changed, this, [this] { emit exports_changed(); });
  }

  [[nodiscard]] QString title() const override { return tr("Time line"); }
  [[nodiscard]] QString icon_path() const override {
    return QStringLiteral("M3 8l4-3 4 5 4-6 6 4 M3 18l4-2 4 3 4-4 6 2");
  }
  [[nodiscard]] int place() const override { return 20; }
  [[nodiscard]] std::optional<FigureData> current_figure() const override {
    return line_ ? strips_->current_figure(line_->is_emulated) : std::nullopt;
  }
  [[nodiscard]] const QAbstractItemModel* current_table() const override {
    if (!line_) return nullptr;
    const auto ns = [this](double s) { return line_->origin_ns + static_cast<std::int64_t>(s * 1e9); };
    table_->show(strips_->current_strip(), line_->origin_ns, ns(strips_->range().low), ns(strips_->range().high));
    return table_;
  }
  void save_layout(QSettings& settings) const override { settings.setValue("hidden", chooser_->hidden()); }
  void restore_layout(const QSettings& settings) override { chooser_->hide(settings.value("hidden").toStringList()); }

  void show_runs(const RunSet& runs) override {
    using Found = Result<std::vector<TrialChoice>>;
    reading_.cancel();
    marking_.cancel();
    listing_.start<Found>(
        [directories = runs.directories()](JobControl&) -> Found {
          std::vector<TrialChoice> all;
          Error last;
          for (const QString& directory : directories) {
            auto found = trials_of(directory.toStdString());
            if (!found) last = found.error();
            if (found) all.insert(all.end(), found->begin(), found->end());
          }
          if (!all.empty()) return all;
          if (!last.what.empty()) return tl::unexpected(last);
          return fail("no trial has ended yet", "", "open the run again when one has", ErrorKind::not_enough_data);
        },
        [this](Found found) {
          if (!found) return show_error(tr("There is no time line"), found.error());
          list(std::move(*found));
        });
  }

  void show_view(const ViewState& view) override {
    if (!line_) return;
    if (const auto range = view.time_s ? view.time_s : whole_trial()) strips_->set_range(*range);
  }

 private:
  /// From its begin, where events are that no sample was there for yet.
  [[nodiscard]] std::optional<Span> whole_trial() const {
    auto range = strips_->whole_range();
    if (range) range->low = std::min(range->low, 0.0);
    return range;
  }

  template <class Action>
  void add_button(QHBoxLayout* bar, const QString& text, const QKeySequence& keys, Action action) {
    auto* button = new QToolButton;
    button->setText(text);
    button->setToolTip(QStringLiteral("%1 (%2)").arg(text, keys.toString(QKeySequence::NativeText)));
    connect(button, &QToolButton::clicked, this, action);
    connect(new QShortcut(keys, this), &QShortcut::activated, this, action);
    bar->addWidget(button);
  }

  void list(std::vector<TrialChoice> choices) {
    choices_ = std::move(choices);
    const QSignalBlocker quiet(trials_);
    trials_->clear();
    for (const TrialChoice& choice : choices_) trials_->addItem(QString::fromStdString(choice.text));
    read(0);
  }

  void read(int index) {
    if (index < 0 || index >= static_cast<int>(choices_.size())) return;
    using Read = Result<std::shared_ptr<TrialTimeLine>>;
    reading_.start<Read>(
        [choice = choices_[static_cast<std::size_t>(index)]](JobControl&) -> Read {
          SRIOV_ASSIGN(TrialTimeLine line, read_time_line(choice));
          return std::make_shared<TrialTimeLine>(std::move(line));
        },
        [this](Read read) {
          show_content();
          strips_->set_empty_text(read ? tr("Nothing is shown: tick strips in the list at the top right.") : QString());
          if (!read) {
            line_.reset();
            strips_->set_strips({}, 0);
            return say(QString::fromStdString(read.error().text()));
          }
          strips_->set_strips({}, 0);  // The old ones go with line_.
          line_ = std::move(*read);
          say(QString::fromStdString(line_->note));
          chooser_->list(line_->strips);
          draw();
          look_for_marks();
        });
  }

  /// After the strips are there to be seen: it reads every sample once more.
  void look_for_marks() {
    using Found = Result<std::vector<TrialMark>>;
    marks_.clear();
    marking_.start<Found>([choice = choices_[static_cast<std::size_t>(trials_->currentIndex())]](
                              JobControl&) { return marks_of(choice); },
                          [this](Found found) {
                            if (!found || !line_) return;
                            for (const TrialMark& mark : *found)
                              marks_.push_back({mark.at_ns, QString::fromStdString(mark.text)});
                            strips_->set_marks(marks_, line_->counted_ns);
                          });
  }

  void say(const QString& text) {
    note_->setText(text);
    note_->setVisible(!text.isEmpty());
    emit exports_changed();
  }

  void draw() {
    if (!line_) return;
    strips_->set_strips(chooser_->chosen(line_->strips), line_->origin_ns);
    strips_->set_marks(marks_, line_->counted_ns);
    show_view(view());
  }

  /// nullopt: all of it.
  void want(std::optional<Span> wanted) {
    ViewState next = view();
    next.time_s = wanted;
    change_view(next, wanted ? tr("Zoom") : tr("Show all"), QStringLiteral("time-line/range"));
  }

  void zoom(double factor) {
    const Span now = strips_->range();
    const double middle = (now.low + now.high) / 2;
    const double half = (now.high - now.low) / 2 * factor;
    want(Span{middle - half, middle + half});
  }

  BackgroundJob listing_;
  BackgroundJob reading_;
  BackgroundJob marking_;
  std::vector<TrialChoice> choices_;
  std::shared_ptr<TrialTimeLine> line_;
  std::vector<TimeMark> marks_;
  QComboBox* trials_;
  StripChooser* chooser_;
  QLabel* note_;
  StripView* strips_;
  StripTable* table_;
};

const PageRegistration<TimeLinePage> registration{"time-line"};

}  // namespace
}  // namespace sriov::gui
