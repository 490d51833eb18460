// A comparison for people and for programs: what `compare` prints.
#pragma once

#include <string>

#include "analyzers/comparison/comparison.h"
#include "analyzers/comparison/gate.h"
#include "report/text/text_table.h"

namespace sriov {

/// Caveats, then a table and its verdicts per condition. `all` adds interrupts by class, packets and sampling costs.
[[nodiscard]] std::string render_comparison(const Comparison& comparison, bool all, const TextStyle& style);
/// Everything as one JSON object; docs/file-formats.md describes it.
[[nodiscard]] std::string comparison_json(const Comparison& comparison, const std::vector<GateOutcome>& gates = {});

}  // namespace sriov
