#include "gui/widgets/strip_view.h"

#include <qcustomplot.h>

#include <QEvent>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <utility>

#include "gui/widgets/figure_view.h"

namespace sriov::gui {
namespace {

constexpr std::size_t kFigureColumns = 1000;

}  // namespace

StripView::StripView(QWidget* parent)
    : QWidget(parent), area_(new QScrollArea), canvas_(new QWidget), plot_(new QCustomPlot(canvas_)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(area_);
  area_->setWidgetResizable(true);
  area_->setFrameShape(QFrame::NoFrame);
  area_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  area_->setWidget(canvas_);
  area_->viewport()->installEventFilter(this);
  scene_.plot = plot_;
  plot_->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
  plot_->setNotAntialiasedElements(QCP::aeAll);  // Twice as fast, and sharper at one pixel.
  plot_->setAutoAddPlottableToLegend(false);     // Every panel has its own.
  plot_->plotLayout()->clear();
  plot_->plotLayout()->setRowSpacing(0);
  plot_->setMouseTracking(true);
  // What the pointer reads is drawn without drawing the curves again.
  plot_->addLayer(QStringLiteral("pointer"), plot_->layer(QStringLiteral("legend")), QCustomPlot::limAbove);
  plot_->layer(QStringLiteral("pointer"))->setMode(QCPLayer::lmBuffered);
  connect(plot_, &QCustomPlot::mouseMove, this, &StripView::follow_pointer);
  connect(plot_, &QCustomPlot::beforeReplot, this, &StripView::fill);
  connect(plot_, &QCustomPlot::afterLayout, this, &StripView::refit);
  connect(area_->verticalScrollBar(), &QScrollBar::valueChanged, this, &StripView::arrange);
  connect(area_->verticalScrollBar(), &QScrollBar::rangeChanged, this, &StripView::arrange);
}

StripView::~StripView() = default;

void StripView::set_strips(const std::vector<const StripCurves*>& strips, std::int64_t origin_ns) {
  scene_.origin_ns = origin_ns;
  panels_.clear();
  for (const StripCurves* strip : strips) panels_.emplace_back(strip);
  current_ = std::min(current_, panels_.empty() ? 0 : panels_.size() - 1);
  rebuild();
}

void StripView::set_empty_text(const QString& text) {
  empty_text_ = text;
  if (panels_.empty()) rebuild();
}

/// From nothing: other strips, or other heights.
void StripView::rebuild() {
  scene_.style = style_of(*this);
  scene_.font = font();
  build(0, 0);
  int height = 0;
  for (const StripPanel& panel : panels_) height += panel.height(scene_.font);
  canvas_->setMinimumHeight(height);
  arrange();
  emit current_changed();
}

/// The plot covers the panels that can be seen, wholly or in part.
void StripView::arrange() {
  const QSize seen = area_->viewport()->size();
  const int top = area_->verticalScrollBar()->value();
  const bool all_fit = canvas_->minimumHeight() <= seen.height();
  std::size_t first = panels_.size();
  std::size_t last = 0;
  int y = 0;
  int begin = 0;
  int end = 0;
  for (std::size_t i = 0; i < panels_.size(); ++i) {
    const int below = y + panels_[i].height(scene_.font);
    if (all_fit || (below > top && y < top + seen.height())) {
      if (last == 0) begin = y;
      first = std::min(first, i);
      last = i + 1;
      end = below;
    }
    y = below;
  }
  if (last == 0) first = 0;
  plot_->setGeometry(0, begin, seen.width(), all_fit ? seen.height() : end - begin);
  if (first == first_ && last == last_ && !panels_.empty()) return;
  build(first, last);
  fill_soon();
}

void StripView::build(std::size_t first, std::size_t last) {
  plot_->clearItems();
  plot_->clearPlottables();
  plot_->plotLayout()->clear();
  for (StripPanel& panel : panels_) panel.forget();
  first_ = first;
  last_ = last;
  auto* margins = new QCPMarginGroup(plot_);
  for (std::size_t i = first; i < last; ++i) {
    StripPanel& panel = panels_[i];
    const bool is_last = i + 1 == panels_.size();
    panel.build(scene_, static_cast<int>(i - first), margins, is_last ? time_label_ : QString());
    connect(panel.time_axis(), qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this,
            [this](const QCPRange& wanted) {
              if (!is_setting_range_) emit range_wanted({wanted.lower, wanted.upper});
            });
  }
  colour();
  draw_marks();
  if (panels_.empty()) say_empty();
}

void StripView::say_empty() {
  if (empty_text_.isEmpty()) return;
  auto* text = new QCPTextElement(plot_, empty_text_);
  text->setTextColor(scene_.style.ink());
  plot_->plotLayout()->addElement(0, 0, text);
}

void StripView::colour() {
  plot_->setBackground(QBrush(scene_.style.paper()));
  for (StripPanel& panel : panels_)
    if (panel.is_built()) panel.colour(scene_);
}

void StripView::strips_grew(std::optional<Span> time_s) {
  bool has_new_curves = false;
  for (StripPanel& panel : panels_)
    has_new_curves = (panel.is_built() && panel.add_new_curves(scene_)) || has_new_curves;
  if (time_s && time_s->high > time_s->low) scene_.range = *time_s;
  if (has_new_curves) return rebuild();  // They may be higher.
  fill_soon();
}

void StripView::set_range(Span time_s) {
  if (!(time_s.high > time_s.low)) return;
  scene_.range = time_s;
  fill_soon();
}

std::optional<Span> StripView::whole_range() const {
  std::optional<Span> whole;
  for (const StripPanel& panel : panels_) {
    const auto& instants = panel.strip().instants_ns();
    if (instants.empty()) continue;
    const Span own{scene_.to_s(instants.front()), scene_.to_s(instants.back())};
    whole = whole ? Span{std::min(whole->low, own.low), std::max(whole->high, own.high)} : own;
  }
  if (whole && whole->high <= whole->low) whole->high = whole->low + 1;
  return whole;
}

/// Once for all that changes before the next drawing.
void StripView::fill_soon() {
  is_stale_ = true;
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void StripView::fill() {
  if (!std::exchange(is_stale_, false)) return;
  is_setting_range_ = true;
  for (std::size_t i = first_; i < last_; ++i) {
    panels_[i].fill(scene_);
    panels_[i].read(scene_);
  }
  is_setting_range_ = false;
}

/// The layout may have made panels wider or narrower than they were filled for.
void StripView::refit() {
  for (std::size_t i = first_; i < last_; ++i) panels_[i].refit(scene_);
}

void StripView::set_marks(std::vector<TimeMark> marks,
                          std::optional<std::pair<std::int64_t, std::int64_t>> counted_ns) {
  scene_.marks = std::move(marks);
  scene_.counted_ns = counted_ns;
  draw_marks();
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void StripView::draw_marks() {
  for (std::size_t i = first_; i < last_; ++i) panels_[i].draw_marks(scene_, i == first_);
}

void StripView::follow_pointer(QMouseEvent* event) {
  for (std::size_t i = first_; i < last_; ++i) {
    if (!panels_[i].rect()->rect().contains(event->pos())) continue;
    if (current_ != i) {
      current_ = i;
      emit current_changed();
    }
    plot_->setToolTip(panels_[i].mark_at(scene_, event->pos()));
    read_at(panels_[i].time_axis()->pixelToCoord(event->pos().x()));
    return;
  }
  plot_->setToolTip({});
  read_at(std::nullopt);
}

void StripView::read_at(std::optional<double> time_s) {
  if (!time_s && !scene_.read_at_s) return;
  scene_.read_at_s = time_s;
  for (std::size_t i = first_; i < last_; ++i) panels_[i].read(scene_);
  plot_->layer(QStringLiteral("pointer"))->replot();
}

QString StripView::legend_text(std::size_t strip, std::size_t curve) const {
  return panels_.at(strip).legend_text(scene_, curve);
}

const StripCurves* StripView::current_strip() const {
  return current_ < panels_.size() ? &panels_[current_].strip() : nullptr;
}

std::optional<FigureData> StripView::current_figure(bool is_emulated) const {
  const StripCurves* strip = current_strip();
  if (strip == nullptr) return std::nullopt;
  FigureData figure;
  figure.chart = "timeline";
  figure.title = strip->title();
  figure.note = "Of every part of the time the lowest and the highest value.";
  figure.x = {"Time", "s", false};
  figure.y = {strip->title(), strip->unit(), false};
  figure.is_emulated = is_emulated;
  for (std::size_t i = 0; i < strip->names().size(); ++i) {
    FigureSeries series{strip->names()[i], {}};
    for (const DrawnColumn& column : draw_columns(strip->instants_ns(), strip->curve(i), scene_.to_ns(scene_.range.low),
                                                  scene_.to_ns(scene_.range.high), kFigureColumns)) {
      if (std::isnan(column.high)) continue;
      const double at = scene_.to_s(column.instant_ns);
      series.points.push_back({at, column.low, {}, false});
      if (column.high != column.low) series.points.push_back({at, column.high, {}, false});
    }
    figure.series.push_back(std::move(series));
  }
  return figure;
}

void StripView::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) rebuild();
}

bool StripView::eventFilter(QObject* watched, QEvent* event) {
  const bool done = QWidget::eventFilter(watched, event);
  if (event->type() == QEvent::Resize) arrange();
  return done;
}

}  // namespace sriov::gui
