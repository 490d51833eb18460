#include "gui/figures/marks.h"

#include <algorithm>
#include <cmath>

namespace sriov::gui {
namespace {

constexpr double kHatchStepPt = 2.6;
constexpr double kHatchPt = 0.55;
constexpr double kOutlinePt = 0.5;
constexpr double kWhiskerPt = 0.8;
constexpr double kCapPt = 1.8;
constexpr double kMarkerPt = 2.1;
constexpr double kLinePt = 1.1;

/// Lines at 45 degrees within `bar`: y rises (or falls) by as much as x goes.
void hatch_diagonal(QPainter& painter, const QRectF& bar, double step, bool rising) {
  const double reach = bar.width() + bar.height();
  for (double c = step; c < reach; c += step) {
    // From the left or lower edge to the upper or right one, seen with the corner at the origin.
    const double x0 = std::max(0.0, c - bar.height());
    const double x1 = std::min(bar.width(), c);
    const QPointF a(bar.left() + x0, bar.top() + (c - x0));
    const QPointF b(bar.left() + x1, bar.top() + (c - x1));
    const auto mirrored = [&](QPointF p) { return QPointF(bar.left() + bar.right() - p.x(), p.y()); };
    painter.drawLine(rising ? a : mirrored(a), rising ? b : mirrored(b));
  }
}

void hatch_straight(QPainter& painter, const QRectF& bar, double step, bool level) {
  if (level)
    for (double y = bar.bottom() - step; y > bar.top(); y -= step)
      painter.drawLine(QPointF(bar.left(), y), QPointF(bar.right(), y));
  else
    for (double x = bar.left() + step; x < bar.right(); x += step)
      painter.drawLine(QPointF(x, bar.top()), QPointF(x, bar.bottom()));
}

}  // namespace

void draw_bar(QPainter& painter, const QRectF& bar, const SeriesLook& look, const FigureStyle& style) {
  if (bar.width() <= 0 || bar.height() <= 0) return;
  painter.fillRect(bar, look.colour);
  painter.setPen(QPen(style.paper(), style.px(kHatchPt)));
  const double step = style.px(kHatchStepPt);
  if (look.hatch == Hatch::rising || look.hatch == Hatch::crossed) hatch_diagonal(painter, bar, step, true);
  if (look.hatch == Hatch::falling || look.hatch == Hatch::crossed) hatch_diagonal(painter, bar, step, false);
  if (look.hatch == Hatch::level || look.hatch == Hatch::upright)
    hatch_straight(painter, bar, step, look.hatch == Hatch::level);
  painter.setPen(style.pen(kOutlinePt));
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(bar);
}

void draw_whisker(QPainter& painter, const Whisker& whisker, const QColor& colour, const FigureStyle& style) {
  painter.setPen(QPen(colour, style.px(kWhiskerPt)));
  const double cap = style.px(kCapPt);
  const QPointF a = whisker.low;
  const QPointF b = whisker.high;
  const bool upright = std::abs(a.x() - b.x()) < std::abs(a.y() - b.y());
  const QPointF across = upright ? QPointF(cap, 0) : QPointF(0, cap);
  painter.drawLine(a, b);
  if (!whisker.low_is_cut) painter.drawLine(a - across, a + across);
  if (!whisker.high_is_cut) painter.drawLine(b - across, b + across);
}

void draw_marker(QPainter& painter, QPointF at, const SeriesLook& look, bool hollow, const FigureStyle& style) {
  const double r = style.px(kMarkerPt);
  painter.setPen(QPen(hollow ? look.colour : style.ink(), style.px(hollow ? kWhiskerPt : kOutlinePt)));
  painter.setBrush(hollow ? style.paper() : look.colour);
  if (look.marker == Marker::circle) painter.drawEllipse(at, r, r);
  if (look.marker == Marker::square) painter.drawRect(QRectF(at.x() - 0.88 * r, at.y() - 0.88 * r, 1.76 * r, 1.76 * r));
  if (look.marker == Marker::triangle)
    painter.drawPolygon(
        QPolygonF({at + QPointF(0, -1.2 * r), at + QPointF(1.1 * r, 0.8 * r), at + QPointF(-1.1 * r, 0.8 * r)}));
  if (look.marker == Marker::diamond)
    painter.drawPolygon(QPolygonF(
        {at + QPointF(0, -1.3 * r), at + QPointF(1.3 * r, 0), at + QPointF(0, 1.3 * r), at + QPointF(-1.3 * r, 0)}));
}

QPen line_pen(const SeriesLook& look, const FigureStyle& style) {
  QPen pen(look.colour, style.px(kLinePt));
  if (!look.dashes.isEmpty()) pen.setDashPattern(look.dashes);
  pen.setCapStyle(Qt::FlatCap);
  pen.setJoinStyle(Qt::RoundJoin);
  return pen;
}

}  // namespace sriov::gui
