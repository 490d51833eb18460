// Bars of one metric: also what the dashboard shows of a table's row.
#pragma once

#include <string>
#include <vector>

#include "analyzers/comparison/comparison_table.h"
#include "report/figure.h"

namespace sriov {

/// A group of bars for every table that has a value of `metric`, a bar in it for every level.
[[nodiscard]] FigureData comparison_bars(const std::vector<const ComparisonTable*>& tables, const std::string& metric,
                                         bool is_emulated);

}  // namespace sriov
