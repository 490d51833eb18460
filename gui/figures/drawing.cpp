#include "gui/figures/drawing.h"

namespace sriov::gui {

double Figure::height_mm(const FigureData& /*data*/, const FigureStyle& style) const {
  // Wide figures need not be as tall for their width: 85 mm are 55 high, 178 mm are 83.
  return 25 + 0.35 * style.width_mm + style.font_pt - 8;
}

std::unique_ptr<QChart> draw_figure(const FigureData& data, const FigureStyle& style) {
  const auto figure = Registry<Figure>::instance().make(data.chart);
  return figure == nullptr ? std::make_unique<QChart>() : figure->draw(data, style);
}

}  // namespace sriov::gui
