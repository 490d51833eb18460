// The cells of a comparison as text: the same in the terminal and in the dashboard.
#pragma once

#include <string>

#include "analyzers/comparison/comparison_table.h"
#include "core/format_number.h"

namespace sriov {

/// One unit for all cells of a row, by its largest mean.
[[nodiscard]] DisplayUnit unit_of(const ComparisonRow& row);
/// "12.3 ± 0.4", "12.3" for one repetition, "absent", or "–" where the metric does not apply.
[[nodiscard]] std::string cell_text(const ComparisonCell& cell, const DisplayUnit& unit);
/// The compared level against the baseline: "+25.1 % [+20.3, +30.2]"; from threefold on "×4.2 [3.9, 4.5]"; where there
/// is no ratio (one of them is 0) the difference in the row's unit; "–" where one is absent.
[[nodiscard]] std::string difference_text(const ComparisonRow& row, const DisplayUnit& unit);
/// "better", "no difference (8 % would have shown)", "not enough data".
[[nodiscard]] std::string verdict_text(const ComparisonRow& row);

/// "vf 3, netfront 3 (1 left out)": the valid trials of each level.
[[nodiscard]] std::string trial_counts(const ComparisonTable& table);

}  // namespace sriov
