#include "gui/widgets/strip_view.h"

#include <qcustomplot.h>

#include <QEvent>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>

#include "analyzers/format_number.h"
#include "gui/widgets/figure_view.h"

namespace sriov::gui {
namespace {

constexpr double kNsPerSecond = 1e9;
constexpr int kPanelHeight = 150;
constexpr int kPanelExtra = 45;
constexpr int kLegendWidth = 210;
constexpr double kHeadroom = 1.08;
constexpr int kFewColumns = 100;
constexpr std::size_t kFigureColumns = 1000;
constexpr int kFillAlpha = 170;
constexpr double kMarkStep = 0.14;  ///< Of a panel's height.
constexpr int kMarkSteps = 6;

QString number(double value) {
  return std::isnan(value) ? QStringLiteral("–") : QString::fromStdString(format_number(value));
}

/// Of a panel with its title and time axis: its legend has a line a curve.
int height_of(const StripCurves& strip, int line) {
  return std::max(kPanelHeight, static_cast<int>(strip.names().size() + 1) * (line + 1) + kPanelExtra);
}

}  // namespace

struct StripView::Panel {
  const StripCurves* strip = nullptr;
  QCPAxisRect* rect = nullptr;
  QCPLegend* legend = nullptr;
  QCPTextElement* title = nullptr;
  QCPItemStraightLine* pointer = nullptr;
  std::vector<QCPGraph*> graphs;
  std::vector<QCPAbstractItem*> marks;
};

StripView::StripView(QWidget* parent) : QWidget(parent), plot_(new QCustomPlot) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(plot_);
  plot_->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
  plot_->setNotAntialiasedElements(QCP::aeAll);  // Twice as fast, and sharper at one pixel.
  plot_->plotLayout()->clear();
  plot_->setMouseTracking(true);
  // What the pointer reads is drawn without drawing the curves again.
  plot_->addLayer(QStringLiteral("pointer"), plot_->layer(QStringLiteral("legend")), QCustomPlot::limAbove);
  plot_->layer(QStringLiteral("pointer"))->setMode(QCPLayer::lmBuffered);
  connect(plot_, &QCustomPlot::mouseMove, this, &StripView::follow_pointer);
}

StripView::~StripView() = default;

std::int64_t StripView::to_ns(double time_s) const {
  return origin_ns_ + static_cast<std::int64_t>(time_s * kNsPerSecond);
}

double StripView::to_s(std::int64_t ns) const { return static_cast<double>(ns - origin_ns_) / kNsPerSecond; }

void StripView::set_strips(const std::vector<const StripCurves*>& strips, std::int64_t origin_ns) {
  origin_ns_ = origin_ns;
  panels_.clear();
  for (const StripCurves* strip : strips) {
    panels_.push_back(std::make_unique<Panel>());
    panels_.back()->strip = strip;
  }
  current_ = std::min(current_, panels_.empty() ? 0 : panels_.size() - 1);
  rebuild();
}

void StripView::rebuild() {
  plot_->clearItems();
  plot_->clearGraphs();
  plot_->plotLayout()->clear();
  auto* margins = new QCPMarginGroup(plot_);
  for (std::size_t i = 0; i < panels_.size(); ++i) {
    add_panel(*panels_[i]->strip, i + 1 == panels_.size());
    panels_[i]->rect->setMarginGroup(QCP::msLeft, margins);
  }
  int height = 0;
  for (const auto& panel : panels_) height += height_of(*panel->strip, fontMetrics().height());
  setMinimumHeight(std::max(height, kPanelHeight));
  colour();
  draw_marks();
  fill();
  if (panels_.empty() && !empty_text_.isEmpty()) {
    plot_->plotLayout()->addElement(0, 0, new QCPTextElement(plot_, empty_text_));
    static_cast<QCPTextElement*>(plot_->plotLayout()->element(0, 0))->setTextColor(style_of(*this).ink());
  }
  emit current_changed();
}

void StripView::set_empty_text(const QString& text) {
  empty_text_ = text;
  if (panels_.empty()) rebuild();
}

void StripView::add_panel(const StripCurves& strip, bool is_last) {
  const auto found =
      std::find_if(panels_.begin(), panels_.end(), [&](const auto& one) { return one->strip == &strip; });
  Panel& panel = **found;
  const int row = plot_->plotLayout()->rowCount();
  const QString unit =
      strip.unit().empty() ? QString() : QStringLiteral(" (%1)").arg(QString::fromStdString(strip.unit()));
  panel.title = new QCPTextElement(plot_, QString::fromStdString(strip.title()) + unit);
  panel.title->setTextFlags(Qt::AlignLeft | Qt::AlignVCenter);
  plot_->plotLayout()->addElement(row, 0, panel.title);
  plot_->plotLayout()->setRowStretchFactor(row, 0.01);
  panel.rect = new QCPAxisRect(plot_);
  panel.rect->setMinimumSize(kFewColumns, height_of(strip, fontMetrics().height()) - kPanelExtra);
  panel.rect->setMinimumMargins(QMargins(8, 2, 4, 2));
  panel.rect->setRangeDrag(Qt::Horizontal);
  panel.rect->setRangeZoom(Qt::Horizontal);
  plot_->plotLayout()->addElement(row + 1, 0, panel.rect);
  panel.legend = new QCPLegend;
  panel.legend->setMinimumSize(kLegendWidth, 10);
  panel.legend->setMaximumSize(kLegendWidth, QWIDGETSIZE_MAX);
  panel.legend->setBorderPen(Qt::NoPen);
  panel.legend->setBrush(Qt::NoBrush);
  panel.legend->setRowSpacing(-3);
  panel.legend->setMargins(QMargins(2, 0, 0, 0));
  plot_->plotLayout()->addElement(row + 1, 1, panel.legend);
  panel.legend->setLayer(QStringLiteral("pointer"));
  QCPAxis* time = panel.rect->axis(QCPAxis::atBottom);
  QCPAxis* value = panel.rect->axis(QCPAxis::atLeft);
  value->ticker()->setTickCount(3);
  value->setNumberFormat(QStringLiteral("gb"));
  value->setNumberPrecision(6);
  if (is_last) time->setLabel(time_label_);
  time->setRange(range_.low, range_.high);
  connect(time, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, [this](const QCPRange& wanted) {
    if (!is_setting_range_) emit range_wanted({wanted.lower, wanted.upper});
  });
  panel.pointer = new QCPItemStraightLine(plot_);
  panel.pointer->setClipAxisRect(panel.rect);
  for (QCPItemPosition* position : panel.pointer->positions()) position->setAxes(time, value);
  panel.pointer->setLayer(QStringLiteral("pointer"));
  panel.pointer->setVisible(false);
  add_curves(panel);
}

void StripView::add_curves(Panel& panel) {
  for (std::size_t i = panel.graphs.size(); i < panel.strip->names().size(); ++i) {
    QCPGraph* graph = plot_->addGraph(panel.rect->axis(QCPAxis::atBottom), panel.rect->axis(QCPAxis::atLeft));
    graph->removeFromLegend();
    graph->setAdaptiveSampling(false);  // Done already, by extremes.
    graph->setName(QString::fromStdString(panel.strip->names()[i]));
    auto* item = new QCPPlottableLegendItem(panel.legend, graph);
    panel.legend->addItem(item);
    item->setLayer(QStringLiteral("pointer"));
    panel.graphs.push_back(graph);
  }
}

void StripView::colour() {
  FigureStyle style = style_of(*this);
  const QPen axis(style.ink());
  plot_->setBackground(QBrush(style.paper()));
  for (const auto& panel : panels_) {
    panel->title->setTextColor(style.ink());
    QFont bold = font();
    bold.setBold(true);
    panel->title->setFont(bold);
    panel->legend->setFont(font());
    panel->legend->setTextColor(style.ink());
    panel->legend->setIconSize(14, 8);
    for (QCPAxis* one : panel->rect->axes()) {
      one->setBasePen(axis);
      one->setTickPen(axis);
      one->setSubTickPen(axis);
      one->setTickLabelColor(style.ink());
      one->setLabelColor(style.ink());
      one->setTickLabelFont(font());
      one->setLabelFont(font());
      one->grid()->setPen(QPen(style.faint(), 0, Qt::DotLine));
      one->grid()->setZeroLinePen(Qt::NoPen);
    }
    panel->pointer->setPen(QPen(style.ink(), 0, Qt::DashLine));
    for (std::size_t i = 0; i < panel->graphs.size(); ++i) {
      const SeriesLook look = look_of(i, panel->strip->names()[i], style);
      QPen pen(look.colour, 1);
      if (!look.dashes.isEmpty()) pen.setDashPattern(look.dashes);
      panel->graphs[i]->setPen(pen);
      if (!panel->strip->is_stacked()) continue;
      QColor fill = look.colour;
      fill.setAlpha(kFillAlpha);
      panel->graphs[i]->setBrush(fill);
      if (i > 0) panel->graphs[i]->setChannelFillGraph(panel->graphs[i - 1]);
    }
  }
}

void StripView::strips_grew(std::optional<Span> time_s) {
  bool has_new_curves = false;
  for (const auto& panel : panels_) {
    has_new_curves = has_new_curves || panel->graphs.size() < panel->strip->names().size();
    add_curves(*panel);
  }
  if (has_new_curves) colour();
  if (time_s)
    set_range(*time_s);
  else
    fill();
}

void StripView::set_range(Span time_s) {
  if (!(time_s.high > time_s.low)) return;
  range_ = time_s;
  is_setting_range_ = true;
  for (const auto& panel : panels_) panel->rect->axis(QCPAxis::atBottom)->setRange(time_s.low, time_s.high);
  is_setting_range_ = false;
  fill();
}

std::optional<Span> StripView::whole_range() const {
  std::optional<Span> whole;
  for (const auto& panel : panels_) {
    const auto& instants = panel->strip->instants_ns();
    if (instants.empty()) continue;
    const Span own{to_s(instants.front()), to_s(instants.back())};
    whole = whole ? Span{std::min(whole->low, own.low), std::max(whole->high, own.high)} : own;
  }
  if (whole && whole->high <= whole->low) whole->high = whole->low + 1;
  return whole;
}

void StripView::fill() {
  for (const auto& panel : panels_) {
    fill(*panel);
    write_legend(*panel);
  }
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void StripView::fill(Panel& panel) {
  const auto columns = static_cast<std::size_t>(std::max<int>(panel.rect->width(), kFewColumns));
  double low = 0;
  double high = 0;
  for (std::size_t i = 0; i < panel.graphs.size(); ++i) {
    const auto drawn =
        draw_columns(panel.strip->instants_ns(), panel.strip->drawn(i), to_ns(range_.low), to_ns(range_.high), columns);
    QVector<QCPGraphData> points;
    points.reserve(static_cast<qsizetype>(2 * drawn.size()));
    for (const DrawnColumn& column : drawn) {
      const double at = to_s(column.instant_ns);
      points.append({at, column.low});
      if (column.high != column.low && !std::isnan(column.high)) points.append({at, column.high});
      if (std::isnan(column.high)) continue;
      low = std::min(low, column.low);
      high = std::max(high, column.high);
    }
    panel.graphs[i]->data()->set(points, true);
  }
  if (high <= low) high = low + 1;
  panel.rect->axis(QCPAxis::atLeft)->setRange(low * kHeadroom, high * kHeadroom);
}

void StripView::set_marks(std::vector<TimeMark> marks,
                          std::optional<std::pair<std::int64_t, std::int64_t>> counted_ns) {
  marks_ = std::move(marks);
  counted_ns_ = counted_ns;
  draw_marks();
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void StripView::draw_marks() {
  const FigureStyle style = style_of(*this);
  for (const auto& panel : panels_) {
    for (QCPAbstractItem* item : panel->marks) plot_->removeItem(item);
    panel->marks.clear();
    QCPAxis* time = panel->rect->axis(QCPAxis::atBottom);
    QCPAxis* value = panel->rect->axis(QCPAxis::atLeft);
    const auto place = [&](QCPItemPosition* position, std::int64_t ns, double part) {
      position->setAxes(time, value);
      position->setAxisRect(panel->rect);
      position->setTypeX(QCPItemPosition::ptPlotCoords);
      position->setTypeY(QCPItemPosition::ptAxisRectRatio);
      position->setCoords(to_s(ns), part);
    };
    const auto line = [&](std::int64_t ns, Qt::PenStyle dashes) {
      auto* item = new QCPItemStraightLine(plot_);
      item->setClipAxisRect(panel->rect);
      place(item->point1, ns, 0);
      place(item->point2, ns, 1);
      item->setPen(QPen(style.ink(), 1, dashes));
      panel->marks.push_back(item);
    };
    if (counted_ns_) {
      line(counted_ns_->first, Qt::DotLine);
      line(counted_ns_->second, Qt::DotLine);
    }
    int turn = 0;  // Neighbours' texts stand at different heights.
    for (const TimeMark& mark : marks_) {
      line(mark.at_ns, Qt::DashDotLine);
      const double height = kMarkStep * (turn++ % kMarkSteps);
      if (panel != panels_.front()) continue;
      auto* text = new QCPItemText(plot_);
      text->setClipAxisRect(panel->rect);
      text->setPositionAlignment(Qt::AlignLeft | Qt::AlignTop);
      place(text->position, mark.at_ns, height);
      text->setText(mark.text);
      text->setFont(font());
      text->setColor(style.ink());
      text->setPadding(QMargins(3, 1, 3, 1));
      panel->marks.push_back(text);
    }
  }
}

void StripView::follow_pointer(QMouseEvent* event) {
  for (std::size_t i = 0; i < panels_.size(); ++i) {
    if (!panels_[i]->rect->rect().contains(event->pos())) continue;
    if (current_ != i) {
      current_ = i;
      emit current_changed();
    }
    read_at(panels_[i]->rect->axis(QCPAxis::atBottom)->pixelToCoord(event->pos().x()));
    return;
  }
  read_at(std::nullopt);
}

void StripView::read_at(std::optional<double> time_s) {
  if (!time_s && !read_at_s_) return;
  read_at_s_ = time_s;
  for (const auto& panel : panels_) {
    panel->pointer->setVisible(time_s.has_value());
    if (time_s) {
      panel->pointer->point1->setCoords(*time_s, 0);
      panel->pointer->point2->setCoords(*time_s, 1);
    }
    write_legend(*panel);
  }
  plot_->layer(QStringLiteral("pointer"))->replot();
}

/// The curves' names, with their values where the pointer is.
void StripView::write_legend(Panel& panel) {
  const auto step = read_at_s_ ? panel.strip->step_at(to_ns(*read_at_s_)) : std::nullopt;
  for (std::size_t i = 0; i < panel.graphs.size(); ++i) {
    QString text = QString::fromStdString(panel.strip->names()[i]);
    if (step) text += QStringLiteral("  ") + number(panel.strip->curve(i).at(*step));
    panel.graphs[i]->setName(text);
  }
}

QString StripView::legend_text(std::size_t strip, std::size_t curve) const {
  return panels_.at(strip)->graphs.at(curve)->name();
}

const StripCurves* StripView::current_strip() const {
  return current_ < panels_.size() ? panels_[current_]->strip : nullptr;
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
    for (const DrawnColumn& column :
         draw_columns(strip->instants_ns(), strip->curve(i), to_ns(range_.low), to_ns(range_.high), kFigureColumns)) {
      if (std::isnan(column.high)) continue;
      const double at = to_s(column.instant_ns);
      series.points.push_back({at, column.low, {}, false});
      if (column.high != column.low) series.points.push_back({at, column.high, {}, false});
    }
    figure.series.push_back(std::move(series));
  }
  return figure;
}

void StripView::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() != QEvent::PaletteChange && event->type() != QEvent::FontChange) return;
  colour();
  draw_marks();
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void StripView::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  fill();
}

}  // namespace sriov::gui
