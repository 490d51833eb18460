// Rates over the time of a trial.
#include <algorithm>

#include "gui/figures/drawing.h"
#include "gui/figures/plot.h"

namespace sriov::gui {
namespace {

void curves(QPainter& painter, const Plot& plot) {
  const auto& all = plot.data().series;
  painter.setBrush(Qt::NoBrush);
  for (std::size_t i = 0; i < all.size(); ++i) {
    QPolygonF line;
    for (const FigurePoint& point : all[i].points) line << QPointF(point.x, point.y);
    painter.setPen(line_pen(plot.look(i), plot.style()));
    plot.draw_line(painter, line);
  }
}

class Timeline : public Figure {
 public:
  [[nodiscard]] std::unique_ptr<QChart> draw(const FigureData& data, const FigureStyle& style) const override {
    auto plot = std::make_unique<Plot>(data, style, LegendKey::line);
    double end_s = 0;
    double high = 0;
    for (const FigureSeries& series : data.series)
      for (const FigurePoint& point : series.points) {
        end_s = std::max(end_s, point.x);
        high = std::max(high, point.y);
      }
    plot->number_axis(Qt::Horizontal, 0, end_s, QString::fromStdString(data.x.text()));
    plot->number_axis(Qt::Vertical, 0, high, QString::fromStdString(data.y.text()));
    plot->add_marks(curves);
    return plot;
  }
};

const FigureRegistration<Timeline> registration{"timeline"};

}  // namespace
}  // namespace sriov::gui
