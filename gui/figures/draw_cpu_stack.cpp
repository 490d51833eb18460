// Parts of a whole, one behind the other, a bar a line.
#include <algorithm>
#include <map>

#include "gui/figures/drawing.h"
#include "gui/figures/plot.h"

namespace sriov::gui {
namespace {

constexpr double kThickness = 0.72;  // Of the room of a place.

void bars(QPainter& painter, const Plot& plot) {
  std::map<double, double> reached;
  for (std::size_t i = 0; i < plot.data().series.size(); ++i)
    for (const FigurePoint& point : plot.data().series[i].points) {
      double& end = reached[point.x];
      const QRectF bar =
          QRectF(plot.within(end, point.x - kThickness / 2), plot.within(end + point.y, point.x + kThickness / 2))
              .normalized();
      draw_bar(painter, bar, plot.look(i), plot.style());
      end += point.y;
    }
}

class CpuStack : public Figure {
 public:
  [[nodiscard]] std::unique_ptr<QChart> draw(const FigureData& data, const FigureStyle& style) const override {
    auto plot = std::make_unique<Plot>(data, style, LegendKey::bar);
    std::map<double, double> sums;
    for (const FigureSeries& series : data.series)
      for (const FigurePoint& point : series.points) sums[point.x] += point.y;
    double high = 0;
    for (const auto& [place, sum] : sums) high = std::max(high, sum);
    plot->category_axis(Qt::Vertical, data.categories, {});
    // Readings of busy and idle time overlap by a little: a sum of 200.3 % is not worth another step of the axis.
    plot->number_axis(Qt::Horizontal, 0, high * 0.98, QString::fromStdString(data.y.text()));
    plot->add_marks(bars);
    return plot;
  }
  [[nodiscard]] bool has_lines() const override { return true; }
  [[nodiscard]] double height_mm(const FigureData& data, const FigureStyle& style) const override {
    return 20 + static_cast<double>(data.categories.size()) * style.font_pt * 0.6;
  }
};

const FigureRegistration<CpuStack> registration{"cpu-stack"};

}  // namespace
}  // namespace sriov::gui
