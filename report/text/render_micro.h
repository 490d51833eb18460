// Micro-benchmarks as text: what each costs in each place.
#pragma once

#include <string>

#include "analyzers/comparison/comparison_table.h"
#include "report/text/text_table.h"

namespace sriov {

/// For every place a table of benchmarks with median, its 95 % interval (Summary::median_95) and cycles, then what is
/// absent and why.
[[nodiscard]] std::string render_micro(const Comparison& comparison, const TextStyle& style);

}  // namespace sriov
