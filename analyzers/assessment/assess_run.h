// How the trials of one stored run went.
#pragma once

#include <cstdint>
#include <vector>

#include "analyzers/assessment/trial_assessment.h"
#include "core/result.h"
#include "store/store.h"

namespace sriov {

struct AssessedRun {
  std::vector<std::int64_t> ids;  ///< Of the trials, in the store.
  std::vector<AssessedTrial> trials;
  std::vector<bool> drifts;  ///< drifting() of them.
};

/// The valid trials among the last attempts, without micro-benchmarks: reads the samples of one after the other.
[[nodiscard]] Result<AssessedRun> assess_run(const Store& store, const std::vector<TrialSummary>& trials);

}  // namespace sriov
