// The file that asks the drawing program for several figures at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace sriov {

/// One entry; what it does not say is chosen by the reader.
struct BatchEntry {
  std::optional<std::string> chart;
  std::string output;
  std::optional<std::string> metric;
  std::optional<std::string> factor;
  std::optional<std::string> baseline;
  std::optional<std::string> condition;
  std::optional<double> width_mm;
  std::optional<double> font_pt;
  std::optional<std::string> palette;
};

/// A JSON list of objects with `output`, and where wanted `chart`, `metric`, `factor`, `baseline`, `condition`,
/// `palette` (strings),
/// `width_mm` and `font_pt` (numbers); values of another type count as not said. A usage error for what is
/// no such list, or an entry without output.
[[nodiscard]] Result<std::vector<BatchEntry>> parse_figure_batch(std::string_view json);

}  // namespace sriov
