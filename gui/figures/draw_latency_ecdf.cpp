// Cumulative distributions over logarithmic time.
#include <algorithm>
#include <cmath>

#include "gui/figures/drawing.h"
#include "gui/figures/plot.h"

namespace sriov::gui {
namespace {

void curves(QPainter& painter, const Plot& plot) {
  const auto& all = plot.data().series;
  painter.setBrush(Qt::NoBrush);
  for (std::size_t i = 0; i < all.size(); ++i) {
    QPolygonF line;
    double before = 0;
    for (const FigurePoint& point : all[i].points) {
      line << QPointF(point.x, before) << QPointF(point.x, point.y);
      before = point.y;
    }
    painter.setPen(line_pen(plot.look(i), plot.style()));
    plot.draw_line(painter, line);
  }
}

class LatencyEcdf : public Figure {
 public:
  [[nodiscard]] std::unique_ptr<QChart> draw(const FigureData& data, const FigureStyle& style) const override {
    auto plot = std::make_unique<Plot>(data, style, LegendKey::line);
    double low = INFINITY;
    double high = 0;
    for (const FigureSeries& series : data.series)
      for (const FigurePoint& point : series.points) {
        low = std::min(low, point.x);
        high = std::max(high, point.x);
      }
    plot->log_axis(Qt::Horizontal, low, high, QString::fromStdString(data.x.text()));
    plot->number_axis(Qt::Vertical, 0, 1, QString::fromStdString(data.y.text()));
    plot->add_marks(curves);
    return plot;
  }
};

const FigureRegistration<LatencyEcdf> registration{"latency-ecdf"};

}  // namespace
}  // namespace sriov::gui
