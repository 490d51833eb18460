// What the workload saw, interval by interval, as strips.
#pragma once

#include <vector>

#include "analyzers/strips/strip.h"
#include "analyzers/trial/clock_alignment.h"
#include "core/trial.h"

namespace sriov {

/// Goodput at the receiving ends, and latency percentiles at the sides that measure it, by lane. `intervals`: of each
/// of the trial's reports, in their order (Store::intervals).
[[nodiscard]] std::vector<Strip> workload_strips(const TrialRecord& trial,
                                                 const std::vector<std::vector<WorkloadInterval>>& intervals);

}  // namespace sriov
