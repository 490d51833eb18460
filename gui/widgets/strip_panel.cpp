#include "gui/widgets/strip_panel.h"

#include <qcustomplot.h>

#include <QFontMetrics>
#include <algorithm>
#include <cmath>

#include "core/format_number.h"
#include "core/time.h"
#include "gui/widgets/strip_plottable.h"

namespace sriov::gui {
namespace {

constexpr int kPanelHeight = 150;
constexpr int kPanelExtra = 45;
constexpr int kLegendWidth = 210;
constexpr int kKeyWidth = 14;
constexpr int kKeyHeight = 8;
constexpr int kKeyRoom = 30;  ///< Of a legend's line, what is not text.
constexpr int kLineGap = 5;   ///< Between a legend's lines; QCPLegend's own spacing is taken off.
constexpr double kHeadroom = 1.08;
constexpr int kFewColumns = 100;
constexpr int kFillAlpha = 170;
constexpr int kMarkGap = 2;    ///< Between the texts of marks that are above each other.
constexpr int kMarkRoom = 10;  ///< Of a mark's text, what is not letters.
constexpr int kBehindAlpha = 200;
constexpr int kNear = 4;  ///< Pixels.
constexpr const char* kPointerLayer = "pointer";

QString number(double value) {
  return std::isnan(value) ? QStringLiteral("–") : QString::fromStdString(format_number(value));
}

}  // namespace

std::int64_t StripScene::to_ns(double time_s) const {
  return origin_ns + static_cast<std::int64_t>(time_s * kNsPerSecond);
}

double StripScene::to_s(std::int64_t ns) const { return static_cast<double>(ns - origin_ns) / kNsPerSecond; }

/// With its title and time axis; its legend has a line a curve.
int StripPanel::height(const QFont& font) const {
  const int lines = static_cast<int>(strip_->names().size()) + 1;
  return std::max(kPanelHeight, lines * (QFontMetrics(font).height() + 1) + kPanelExtra);
}

QCPAxis* StripPanel::time_axis() const { return rect_->axis(QCPAxis::atBottom); }

void StripPanel::forget() {
  const StripCurves* strip = strip_;
  *this = StripPanel(strip);
}

void StripPanel::build(const StripScene& scene, int row, QCPMarginGroup* margins, const QString& time_label) {
  add_axes(scene, row, margins, time_label);
  add_legend(scene);
  pointer_ = new QCPItemStraightLine(scene.plot);
  pointer_->setClipAxisRect(rect_);
  for (QCPItemPosition* position : pointer_->positions()) position->setAxes(time_axis(), rect_->axis(QCPAxis::atLeft));
  pointer_->setLayer(QLatin1String(kPointerLayer));
  pointer_->setVisible(false);
  add_new_curves(scene);
}

void StripPanel::add_axes(const StripScene& scene, int row, QCPMarginGroup* margins, const QString& time_label) {
  box_ = new QCPLayoutGrid;
  box_->setRowSpacing(0);
  box_->setMinimumSize(kFewColumns, height(scene.font));
  scene.plot->plotLayout()->addElement(row, 0, box_);
  const QString unit =
      strip_->unit().empty() ? QString() : QStringLiteral(" (%1)").arg(QString::fromStdString(strip_->unit()));
  title_ = new QCPTextElement(scene.plot, QString::fromStdString(strip_->title()) + unit);
  title_->setTextFlags(Qt::AlignLeft | Qt::AlignVCenter);
  box_->addElement(0, 0, title_);
  box_->setRowStretchFactor(0, 0.01);
  rect_ = new QCPAxisRect(scene.plot);
  rect_->setMinimumSize(kFewColumns, kFewColumns);
  rect_->setMinimumMargins(QMargins(8, 2, 4, 2));
  rect_->setMarginGroup(QCP::msLeft, margins);
  rect_->setRangeDrag(Qt::Horizontal);
  rect_->setRangeZoom(Qt::Horizontal);
  box_->addElement(1, 0, rect_);
  QCPAxis* value = rect_->axis(QCPAxis::atLeft);
  value->ticker()->setTickCount(3);
  value->setNumberFormat(QStringLiteral("gb"));
  value->setNumberPrecision(6);
  time_axis()->setLabel(time_label);
  time_axis()->setRange(scene.range.low, scene.range.high);
}

void StripPanel::add_legend(const StripScene& scene) {
  legend_ = new QCPLegend;
  legend_->setMinimumSize(kLegendWidth, 10);
  legend_->setMaximumSize(kLegendWidth, QWIDGETSIZE_MAX);
  legend_->setBorderPen(Qt::NoPen);
  legend_->setBrush(Qt::NoBrush);
  legend_->setRowSpacing(-3);
  legend_->setMargins(QMargins(2, 0, 0, 0));
  legend_->setIconSize(kKeyWidth, kKeyHeight);
  auto* side = new QCPLayoutGrid;  // What the legend leaves is free: the curves have the whole height.
  box_->addElement(1, 1, side);
  side->setRowSpacing(0);
  side->addElement(0, 0, legend_);
  side->addElement(1, 0, new QCPLayoutElement(scene.plot));
  side->setRowStretchFactor(1, 0.001);
  legend_->setLayer(QLatin1String(kPointerLayer));
  legend_->setFont(scene.font);
}

bool StripPanel::add_new_curves(const StripScene& scene) {
  const std::size_t before = curves_.size();
  for (std::size_t i = before; i < strip_->names().size(); ++i) {
    auto* curve = new StripPlottable(time_axis(), rect_->axis(QCPAxis::atLeft));
    if (strip_->is_stacked() && i > 0) curve->set_below(curves_.back());
    auto* item = new QCPPlottableLegendItem(legend_, curve);
    legend_->addItem(item);
    item->setLayer(QLatin1String(kPointerLayer));
    item->setMaximumSize(QWIDGETSIZE_MAX, QFontMetrics(scene.font).height() + kLineGap);
    curves_.push_back(curve);
  }
  if (curves_.size() == before) return false;
  box_->setMinimumSize(kFewColumns, height(scene.font));
  return true;
}

void StripPanel::colour(const StripScene& scene) {
  const FigureStyle& style = scene.style;
  const QPen axis(style.ink());
  title_->setTextColor(style.ink());
  QFont bold = scene.font;
  bold.setBold(true);
  title_->setFont(bold);
  legend_->setFont(scene.font);
  legend_->setTextColor(style.ink());
  for (QCPAxis* one : rect_->axes()) {
    one->setBasePen(axis);
    one->setTickPen(axis);
    one->setSubTickPen(axis);
    one->setTickLabelColor(style.ink());
    one->setLabelColor(style.ink());
    one->setTickLabelFont(scene.font);
    one->setLabelFont(scene.font);
    one->grid()->setPen(QPen(style.faint(), 0, Qt::DotLine));
    one->grid()->setZeroLinePen(Qt::NoPen);
  }
  pointer_->setPen(QPen(style.ink(), 0, Qt::DashLine));
  for (std::size_t i = 0; i < curves_.size(); ++i) {
    const SeriesLook look = look_of(i, strip_->names()[i], style);
    QPen pen(look.colour, 1);
    if (!look.dashes.isEmpty()) pen.setDashPattern(look.dashes);
    curves_[i]->setPen(pen);
    if (!strip_->is_stacked()) continue;
    QColor fill = look.colour;
    fill.setAlpha(kFillAlpha);
    curves_[i]->setBrush(fill);
  }
  for (int i = 0; i < legend_->itemCount(); ++i) {
    legend_->item(i)->setFont(scene.font);
    legend_->item(i)->setTextColor(style.ink());
  }
}

std::size_t StripPanel::columns() const { return static_cast<std::size_t>(std::max<int>(rect_->width(), kFewColumns)); }

void StripPanel::fill(const StripScene& scene) {
  time_axis()->setRange(scene.range.low, scene.range.high);
  filled_columns_ = columns();
  double low = 0;
  double high = 0;
  for (std::size_t i = 0; i < curves_.size(); ++i) {
    const auto drawn = draw_columns(strip_->instants_ns(), strip_->drawn(i), scene.to_ns(scene.range.low),
                                    scene.to_ns(scene.range.high), filled_columns_);
    std::vector<StripPlottable::Point> points;
    points.reserve(drawn.size());
    for (const DrawnColumn& column : drawn) {
      points.push_back({scene.to_s(column.instant_ns), column.low, column.high});
      if (std::isnan(column.high)) continue;
      low = std::min(low, column.low);
      high = std::max(high, column.high);
    }
    curves_[i]->set_points(std::move(points));
  }
  if (high <= low) high = low + 1;
  rect_->axis(QCPAxis::atLeft)->setRange(low * kHeadroom, high * kHeadroom);
  place_mark_texts(scene);
}

void StripPanel::refit(const StripScene& scene) {
  if (columns() != filled_columns_) fill(scene);
}

void StripPanel::draw_marks(const StripScene& scene, bool with_texts) {
  for (QCPAbstractItem* item : mark_lines_) scene.plot->removeItem(item);
  for (QCPAbstractItem* item : mark_texts_) scene.plot->removeItem(item);
  mark_lines_.clear();
  mark_texts_.clear();
  const auto line = [&](std::int64_t ns, Qt::PenStyle dashes) {
    auto* item = new QCPItemStraightLine(scene.plot);
    item->setClipAxisRect(rect_);
    place(item->point1, scene.to_s(ns), 0);
    place(item->point2, scene.to_s(ns), 1);
    item->setPen(QPen(scene.style.ink(), 1, dashes));
    mark_lines_.push_back(item);
  };
  if (scene.counted_ns) {
    line(scene.counted_ns->first, Qt::DotLine);
    line(scene.counted_ns->second, Qt::DotLine);
  }
  QColor behind = scene.style.paper();
  behind.setAlpha(kBehindAlpha);
  for (const TimeMark& mark : scene.marks) {
    line(mark.at_ns, Qt::DashDotLine);
    if (!with_texts) continue;
    auto* text = new QCPItemText(scene.plot);
    text->setClipAxisRect(rect_);
    text->setFont(scene.font);
    text->setColor(scene.style.ink());
    text->setBrush(behind);
    text->setPadding(QMargins(3, 1, 3, 1));
    mark_texts_.push_back(text);
  }
  place_mark_texts(scene);
}

void StripPanel::place(QCPItemPosition* position, double at_s, double part) const {
  position->setAxes(time_axis(), rect_->axis(QCPAxis::atLeft));
  position->setAxisRect(rect_);
  position->setTypeX(QCPItemPosition::ptPlotCoords);
  position->setTypeY(QCPItemPosition::ptAxisRectRatio);
  position->setCoords(at_s, part);
}

/// On the side of its mark where there is more room, as much as fits there, at the first height where it covers no
/// other; a mark for which there is none, or that is not in the range, has no text.
void StripPanel::place_mark_texts(const StripScene& scene) {
  const QFontMetrics metrics(scene.font);
  const double step = static_cast<double>(metrics.height() + kMarkGap) / std::max(rect_->height(), kFewColumns);
  std::vector<std::vector<Span>> taken(static_cast<std::size_t>(1 / step));
  for (std::size_t i = 0; i < mark_texts_.size(); ++i) {
    const double at_s = scene.to_s(scene.marks[i].at_ns);
    const double part = (at_s - scene.range.low) / (scene.range.high - scene.range.low);
    mark_texts_[i]->setVisible(false);
    if (part < 0 || part > 1) continue;
    const bool is_right = part <= 0.5;
    const double at_px = part * rect_->width();
    const double room = (is_right ? rect_->width() - at_px : at_px) - kMarkRoom;
    const QString text = metrics.elidedText(scene.marks[i].text, Qt::ElideRight, static_cast<int>(room));
    const double width = metrics.horizontalAdvance(text) + kMarkRoom;
    const Span own = is_right ? Span{at_px, at_px + width} : Span{at_px - width, at_px};
    const auto is_free = [&](const std::vector<Span>& others) {
      return std::ranges::none_of(others, [&](const Span& one) { return own.low < one.high && one.low < own.high; });
    };
    const auto level = std::ranges::find_if(taken, is_free);
    if (level == taken.end()) continue;
    level->push_back(own);
    mark_texts_[i]->setVisible(true);
    mark_texts_[i]->setText(text);
    mark_texts_[i]->setPositionAlignment((is_right ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignTop);
    place(mark_texts_[i]->position, at_s, step * static_cast<double>(level - taken.begin()));
  }
}

QString StripPanel::mark_at(const StripScene& scene, QPoint place) const {
  QStringList texts;
  for (const TimeMark& mark : scene.marks)
    if (std::abs(time_axis()->coordToPixel(scene.to_s(mark.at_ns)) - place.x()) <= kNear) texts << mark.text;
  return texts.join(QLatin1Char('\n'));
}

void StripPanel::read(const StripScene& scene) {
  pointer_->setVisible(scene.read_at_s.has_value());
  if (scene.read_at_s) {
    pointer_->point1->setCoords(*scene.read_at_s, 0);
    pointer_->point2->setCoords(*scene.read_at_s, 1);
  }
  for (std::size_t i = 0; i < curves_.size(); ++i) curves_[i]->setName(legend_text(scene, i));
}

/// The curve's name, cut where there is no room, with its value where the pointer is.
QString StripPanel::legend_text(const StripScene& scene, std::size_t curve) const {
  const QString name = QString::fromStdString(strip_->names()[curve]);
  const auto step = scene.read_at_s ? strip_->step_at(scene.to_ns(*scene.read_at_s)) : std::nullopt;
  const QString value = step ? QStringLiteral("  ") + number(strip_->curve(curve).at(*step)) : QString();
  const QFontMetrics metrics(scene.font);
  const int room = kLegendWidth - kKeyRoom - metrics.horizontalAdvance(value);
  return metrics.elidedText(name, Qt::ElideMiddle, room) + value;
}

}  // namespace sriov::gui
