// Findings for people: what `explain` prints.
#pragma once

#include <string>
#include <vector>

#include "analyzers/explanations/explanation.h"
#include "report/text/text_table.h"

namespace sriov {

/// A heading for the run, then one block a finding: sentences, table, caveats. Those that the run cannot tell are last,
/// a line each, with what they would need.
[[nodiscard]] std::string render_findings(const RunData& run, const std::vector<NamedFinding>& findings,
                                          const TextStyle& style);

}  // namespace sriov
