// A comparison for programs: what `compare --json` prints.
#pragma once

#include <string>
#include <vector>

#include "analyzers/comparison/comparison_table.h"
#include "analyzers/comparison/gate.h"

namespace sriov {

/// Everything as one JSON object; docs/file-formats.md describes it.
[[nodiscard]] std::string comparison_json(const Comparison& comparison, const std::vector<GateOutcome>& gates = {});

}  // namespace sriov
