// What a reader must know before the tables of a comparison.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analyzers/comparison/comparison_table.h"
#include "core/result.h"
#include "store/store.h"

namespace sriov {

/// What differs between the environments of several runs, first of all; then emulation, unfinished runs, trials left
/// out, what changed during a run.
[[nodiscard]] Result<std::vector<std::string>> caveats_of_runs(const RunInfo& run, std::span<const Store> stores,
                                                               const std::vector<StoredTrial>& trials);
/// What follows from the numbers themselves: costly sampling, lost records, rates that were not reached.
[[nodiscard]] std::vector<std::string> caveats_of_tables(const RunInfo& run,
                                                         const std::vector<ComparisonTable>& tables);

}  // namespace sriov
