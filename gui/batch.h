// Several figures from one start of the program.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "gui/figures/style.h"
#include "report/figure.h"

namespace sriov::gui {

/// One figure to write.
struct FigureOrder {
  std::string chart;
  FigureChoice choice;
  std::string output;
  FigureStyle style;
};

/// The orders of a batch file: a JSON list of objects with `chart` and `output`, and where wanted `metric`, `factor`,
/// `baseline`, `condition`, `palette` (strings), `width_mm` and `font_pt`. What they do not say is as in `defaults`.
[[nodiscard]] Result<std::vector<FigureOrder>> parse_batch(std::string_view json, const FigureOrder& defaults);

/// Draws every order from the same runs, opened once. Returns what went wrong, a sentence a figure: of a run that has
/// no latencies the other figures are wanted nevertheless.
[[nodiscard]] std::vector<Error> export_all(OpenRuns& runs, const std::vector<FigureOrder>& orders);

}  // namespace sriov::gui
