// From values to places in the plot area and back.
#include <QLineF>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <optional>

#include "gui/figures/plot.h"

namespace sriov::gui {
namespace {

QString text_of(const std::string& text) { return QString::fromStdString(text); }

/// The part of a line that lies in `area` (Liang and Barsky's); nullopt when none does.
std::optional<QLineF> line_within(const QLineF& line, const QRectF& area) {
  double from = 0;
  double to = 1;
  const auto cut = [&](double towards, double room) {
    if (towards == 0) return room >= 0;
    (towards < 0 ? from : to) = towards < 0 ? std::max(from, room / towards) : std::min(to, room / towards);
    return from <= to;
  };
  const bool is_seen = cut(-line.dx(), line.x1() - area.left()) && cut(line.dx(), area.right() - line.x1()) &&
                       cut(-line.dy(), line.y1() - area.top()) && cut(line.dy(), area.bottom() - line.y1());
  if (!is_seen) return std::nullopt;
  return QLineF(from > 0 ? line.pointAt(from) : line.p1(), to < 1 ? line.pointAt(to) : line.p2());
}

}  // namespace

QPointF Plot::at(double x, double y) const {
  const QRectF area = plotArea();
  return {area.left() + x_.part(x) * area.width(), area.bottom() - y_.part(y) * area.height()};
}

QPointF Plot::within(double x, double y) const {
  const QRectF area = plotArea();
  const QPointF point = at(x, y);
  return {std::clamp(point.x(), area.left(), area.right()), std::clamp(point.y(), area.top(), area.bottom())};
}

bool Plot::shows(double x, double y) const { return (at(x, y) - within(x, y)).manhattanLength() < 0.5; }

void Plot::draw_line(QPainter& painter, const QPolygonF& values, QPointF shift) const {
  const QRectF area = plotArea();
  QPolygonF piece;
  const auto end_piece = [&] {
    if (piece.size() > 1) painter.drawPolyline(piece.translated(shift));
    piece.clear();
  };
  for (int i = 1; i < values.size(); ++i) {
    const auto cut =
        line_within(QLineF(at(values[i - 1].x(), values[i - 1].y()), at(values[i].x(), values[i].y())), area);
    if (!cut) {
      end_piece();
      continue;
    }
    if (piece.isEmpty() || piece.back() != cut->p1()) {
      end_piece();
      piece << cut->p1();
    }
    piece << cut->p2();
  }
  end_piece();
}

QPointF Plot::value_at(QPointF place) const {
  const QRectF area = plotArea();
  return {x_.value((place.x() - area.left()) / area.width()), y_.value((area.bottom() - place.y()) / area.height())};
}

QString Plot::category_readout(std::size_t place) const {
  const QString unit = data_.y.unit.empty() ? QString() : QLatin1Char(' ') + text_of(data_.y.unit);
  QStringList lines{text_of(data_.categories[place])};
  for (const FigureSeries& series : data_.series)
    for (const FigurePoint& point : series.points) {
      if (point.x != static_cast<double>(place)) continue;
      QString line = QStringLiteral("%1: %2%3").arg(text_of(series.name), QString::number(point.y, 'g', 4), unit);
      if (point.y_95)
        line += QStringLiteral(" [%1, %2]").arg(point.y_95->low, 0, 'g', 4).arg(point.y_95->high, 0, 'g', 4);
      lines << line;
    }
  constexpr int kMostLines = 30;
  return lines.mid(0, kMostLines).join(QLatin1Char('\n'));
}

QString Plot::readout(QPointF place) const {
  if (!plotArea().contains(place)) return {};
  const QPointF value = value_at(place);
  for (const auto& [scale, at] : {std::pair(&x_, value.x()), std::pair(&y_, value.y())})
    if (scale->is_category) {
      const auto category =
          static_cast<std::size_t>(std::clamp(std::round(at), 0.0, static_cast<double>(scale->ticks.size() - 1)));
      return category_readout(category);
    }
  QStringList parts;
  if (!x_.is_by_hand || x_.is_log) parts << QStringLiteral("%1: %2").arg(x_.title, QString::number(value.x(), 'g', 4));
  parts << QStringLiteral("%1: %2").arg(y_.title, QString::number(value.y(), 'g', 4));
  return parts.join(QLatin1Char('\n'));
}

FigureZoom Plot::zoom_to(const QRectF& area) const {
  const QPointF low = value_at(area.normalized().bottomLeft());
  const QPointF high = value_at(area.normalized().topRight());
  FigureZoom zoom;
  if (!x_.is_category) zoom.x = Span{low.x(), high.x()};
  if (!y_.is_category) zoom.y = Span{low.y(), high.y()};
  return zoom;
}

Whisker Plot::whisker(QPointF low, QPointF high, QPointF shift) const {
  const auto is_cut = [&](QPointF value) {
    return (at(value.x(), value.y()) - within(value.x(), value.y())).manhattanLength() > 1;
  };
  return {within(low.x(), low.y()) + shift, within(high.x(), high.y()) + shift, is_cut(low), is_cut(high)};
}

}  // namespace sriov::gui
