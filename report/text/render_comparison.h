// A comparison for people: what `compare` prints.
#pragma once

#include <string>

#include "analyzers/comparison/comparison_table.h"
#include "report/text/text_table.h"

namespace sriov {

/// Caveats, then a table and its verdicts per condition. `all` adds interrupts by class, packets and sampling costs.
[[nodiscard]] std::string render_comparison(const Comparison& comparison, bool all, const TextStyle& style);

}  // namespace sriov
