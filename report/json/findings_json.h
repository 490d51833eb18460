// Findings for programs: what `explain --json` prints.
#pragma once

#include <string>
#include <vector>

#include "analyzers/explanations/explanation.h"

namespace sriov {

/// The same as a JSON object (docs/file-formats.md).
[[nodiscard]] std::string findings_json(const RunData& run, const std::vector<NamedFinding>& findings);

}  // namespace sriov
