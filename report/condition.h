// Conditions of tables as words: "guests=1 workload=tcp_rr" taken apart and matched.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzers/comparison/comparison_table.h"
#include "core/experiment.h"
#include "core/result.h"

namespace sriov {

/// The levels by factor. A word without '=' belongs to the level before it.
[[nodiscard]] Cell parse_condition(std::string_view condition);
/// Whether every level of `wanted` is in `cell`.
[[nodiscard]] bool has_levels(const Cell& cell, const Cell& wanted);
/// Only the levels, which is what a figure has room for: "1, tcp_rr"; "all trials" for none.
[[nodiscard]] std::string levels_text(const Cell& cell);
/// The tables of `comparison` under `condition`. A usage error that lists the conditions when there is none.
[[nodiscard]] Result<std::vector<const ComparisonTable*>> tables_under(const Comparison& comparison,
                                                                       const std::string& condition);

}  // namespace sriov
