// The cells of a comparison as text: the same in the terminal and in the dashboard.
#pragma once

#include <string>

#include "analyzers/comparison.h"
#include "analyzers/format_number.h"

namespace sriov {

/// One unit for all cells of a row, by its largest mean.
[[nodiscard]] DisplayUnit unit_of(const ComparisonRow& row);
/// "12.3 ± 0.4", "12.3" for one repetition, "absent", or "–" where the metric does not apply.
[[nodiscard]] std::string cell_text(const ComparisonCell& cell, const DisplayUnit& unit);
/// "0.620 [0.581, 0.664]", or "–".
[[nodiscard]] std::string ratio_text(const ComparisonRow& row);

}  // namespace sriov
