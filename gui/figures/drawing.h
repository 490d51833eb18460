// One kind of figure as a drawing: one file each, registered under the name of its source in report/figures.
#pragma once

#include <QChart>
#include <memory>

#include "core/registry.h"
#include "gui/figures/style.h"
#include "report/figure.h"

namespace sriov::gui {

class Figure {
 public:
  virtual ~Figure() = default;
  /// Draws `data` and nothing else: no number is computed here. The chart follows its size.
  [[nodiscard]] virtual std::unique_ptr<QChart> draw(const FigureData& data, const FigureStyle& style) const = 0;
  /// The height that suits `data` at this width, both in mm.
  [[nodiscard]] virtual double height_mm(const FigureData& data, const FigureStyle& style) const;
  /// Whether it has a line a category, so that it cannot be lower than height_mm(); others take any height.
  [[nodiscard]] virtual bool has_lines() const { return false; }
};
template <class Derived>
using FigureRegistration = Registration<Figure, Derived>;

/// The drawing registered under FigureData::chart; an empty chart when there is none.
[[nodiscard]] std::unique_ptr<QChart> draw_figure(const FigureData& data, const FigureStyle& style);

}  // namespace sriov::gui
