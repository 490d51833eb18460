#include "gui/widgets/strip_plottable.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace sriov::gui {
namespace {

constexpr double kDense_px = 1.5;    ///< Columns closer than this are upright lines.
constexpr double kDashable_px = 20;  ///< Dashes between points that are closer say nothing, and cost.

/// Far outside of any screen is as good as there: what is zoomed into has neighbours anywhere.
int to_pixel(double place) {
  constexpr double kFar = 1e6;
  return static_cast<int>(std::floor(std::clamp(place, -kFar, kFar)));
}

/// Where the upright lines of two neighbours are joined, so that a steep curve has no holes.
int nearest_within(int wanted, int top, int bottom) { return std::clamp(wanted, top, bottom); }

}  // namespace

/// From the end of the axis: offsets from 0 would lose digits where a small part far from it is shown.
StripPlottable::Line StripPlottable::line_of(const QCPAxis& axis) {
  const QCPRange range = axis.range();
  const double low = axis.coordToPixel(range.lower);
  return {range.lower, low, (axis.coordToPixel(range.upper) - low) / range.size()};
}

double StripPlottable::pixels_a_point() const {
  if (points_.size() < 2) return kDashable_px;
  return std::abs(x_of_(points_.back().at_s) - x_of_(points_.front().at_s)) / static_cast<double>(points_.size() - 1);
}

void StripPlottable::draw(QCPPainter* painter) {
  if (points_.empty()) return;
  x_of_ = line_of(*mKeyAxis);
  y_of_ = line_of(*mValueAxis);
  applyDefaultAntialiasingHint(painter);
  if (mBrush.style() != Qt::NoBrush) draw_fill(painter);
  if (pixels_a_point() < kDense_px)
    draw_dense(painter);
  else
    draw_sparse(painter);
}

/// An upright line for each column of pixels, between this curve and the one below, both joined straight.
void StripPlottable::draw_fill(QCPPainter* painter) const {
  const QRect area = clipRect();
  const bool stands_on = below_ != nullptr && below_->points_.size() == points_.size();
  const auto base = [&](std::size_t i) { return y_of_(stands_on ? below_->points_[i].high : 0); };
  QList<QLine> lines;
  lines.reserve(area.width());
  for (std::size_t i = 0; i + 1 < points_.size(); ++i) {
    if (std::isnan(points_[i].high) || std::isnan(points_[i + 1].high)) continue;
    const double left = x_of_(points_[i].at_s);
    const double right = x_of_(points_[i + 1].at_s);
    const int first = std::max(to_pixel(left), area.left());
    const int last = std::min(to_pixel(right), area.right() + 1);
    if (last <= first) continue;
    const double top = y_of_(points_[i].high);
    const double bottom = base(i);
    const double top_step = (y_of_(points_[i + 1].high) - top) / (right - left);
    const double bottom_step = (base(i + 1) - bottom) / (right - left);
    for (int x = first; x < last; ++x) {
      const double along = std::max(0.0, x - left);
      const int y = to_pixel(top + top_step * along);
      const int end = to_pixel(bottom + bottom_step * along) - 1;  // The next band begins there.
      if (end >= y) lines.append(QLine(x, y, x, end));
    }
  }
  painter->setPen(QPen(mBrush.color(), 1));
  painter->drawLines(lines);
}

void StripPlottable::draw_dense(QCPPainter* painter) const {
  struct Upright {
    int x;
    int top;
    int bottom;
  };
  QList<QLine> lines;
  lines.reserve(static_cast<qsizetype>(points_.size()));
  std::optional<Upright> before;
  for (const Point& point : points_) {
    if (std::isnan(point.high)) {
      before.reset();
      continue;
    }
    const Upright own{to_pixel(x_of_(point.at_s)), to_pixel(y_of_(point.high)), to_pixel(y_of_(point.low))};
    int top = own.top;
    int bottom = own.bottom;
    if (before && own.x - before->x <= 1) {
      if (top > before->bottom) top = before->bottom;
      if (bottom < before->top) bottom = before->top;
    } else if (before) {
      const int from = nearest_within((own.top + own.bottom) / 2, before->top, before->bottom);
      lines.append(QLine(before->x, from, own.x, nearest_within(from, own.top, own.bottom)));
    }
    lines.append(QLine(own.x, top, own.x, bottom));
    before = own;
  }
  painter->setPen(QPen(mPen.color(), mPen.widthF()));
  painter->drawLines(lines);
}

void StripPlottable::draw_sparse(QCPPainter* painter) const {
  painter->setPen(pixels_a_point() < kDashable_px ? QPen(mPen.color(), mPen.widthF()) : mPen);
  QPolygonF line;
  const auto end_line = [&] {
    if (line.size() == 1) painter->drawPoint(line.front());
    if (line.size() > 1) painter->drawPolyline(line);
    line.clear();
  };
  for (const Point& point : points_) {
    if (std::isnan(point.high)) {
      end_line();
      continue;
    }
    const double x = x_of_(point.at_s);
    line.append(QPointF(x, y_of_(point.low)));
    if (point.high != point.low) line.append(QPointF(x, y_of_(point.high)));
  }
  end_line();
}

void StripPlottable::drawLegendIcon(QCPPainter* painter, const QRectF& rect) const {
  if (mBrush.style() != Qt::NoBrush) painter->fillRect(rect, mBrush);
  painter->setPen(mPen);
  const double middle = rect.center().y();
  painter->drawLine(QLineF(rect.left(), middle, rect.right(), middle));
}

QCPRange StripPlottable::getKeyRange(bool& found, QCP::SignDomain /*sign*/) const {
  found = !points_.empty();
  return found ? QCPRange(points_.front().at_s, points_.back().at_s) : QCPRange();
}

QCPRange StripPlottable::getValueRange(bool& found, QCP::SignDomain /*sign*/, const QCPRange& /*key*/) const {
  QCPRange range;
  found = false;
  for (const Point& point : points_) {
    if (std::isnan(point.high)) continue;
    range = found ? QCPRange(std::min(range.lower, point.low), std::max(range.upper, point.high))
                  : QCPRange(point.low, point.high);
    found = true;
  }
  return range;
}

}  // namespace sriov::gui
