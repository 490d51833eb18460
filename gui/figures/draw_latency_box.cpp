// Boxes with whiskers over logarithmic time.
#include <algorithm>
#include <cmath>

#include "gui/figures/drawing.h"
#include "gui/figures/plot.h"

namespace sriov::gui {
namespace {

constexpr double kGroupWidth = 0.8;  // Of the room of a place.
constexpr double kGap = 0.15;        // Of a box, between neighbours.
constexpr double kMedianPt = 1.4;
constexpr int kPointsOfBox = 5;  // As report/figures/latency_box.cpp has them.

/// `box` points at its first of kPointsOfBox.
void draw_box(QPainter& painter, const Plot& plot, const FigurePoint* box, std::size_t series, double left,
              double width) {
  const double middle = left + width / 2;
  const FigureStyle& style = plot.style();
  draw_whisker(painter, plot.whisker({middle, box[0].y}, {middle, box[1].y}), style.ink(), style);
  draw_whisker(painter, plot.whisker({middle, box[3].y}, {middle, box[4].y}), style.ink(), style);
  const QRectF body = QRectF(plot.within(left, box[3].y), plot.within(left + width, box[1].y)).normalized();
  draw_bar(painter, body, plot.look(series), style);
  painter.setPen(style.pen(kMedianPt));
  if (plot.shows(middle, box[2].y)) painter.drawLine(plot.at(left, box[2].y), plot.at(left + width, box[2].y));
}

void boxes(QPainter& painter, const Plot& plot) {
  const auto& all = plot.data().series;
  const double width = kGroupWidth / static_cast<double>(all.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t at = 0; at + kPointsOfBox <= all[i].points.size(); at += kPointsOfBox) {
      const double left = all[i].points[at].x - kGroupWidth / 2 + width * (static_cast<double>(i) + kGap / 2);
      draw_box(painter, plot, &all[i].points[at], i, left, width * (1 - kGap));
    }
}

class LatencyBox : public Figure {
 public:
  [[nodiscard]] std::unique_ptr<QChart> draw(const FigureData& data, const FigureStyle& style) const override {
    auto plot = std::make_unique<Plot>(data, style, LegendKey::bar);
    double low = INFINITY;
    double high = 0;
    for (const FigureSeries& series : data.series)
      for (const FigurePoint& point : series.points) {
        low = std::min(low, point.y);
        high = std::max(high, point.y);
      }
    plot->category_axis(Qt::Horizontal, data.categories, QString::fromStdString(data.x.text()));
    plot->log_axis(Qt::Vertical, low, high, QString::fromStdString(data.y.text()));
    plot->add_marks(boxes);
    return plot;
  }
};

const FigureRegistration<LatencyBox> registration{"latency-box"};

}  // namespace
}  // namespace sriov::gui
