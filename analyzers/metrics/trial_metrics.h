// From raw samples and reports to the numbers of one trial.
#pragma once

#include <vector>

#include "analyzers/metrics/trial_metric.h"
#include "core/trial.h"

namespace sriov {

/// Everything the comparison shows, over the workload's window aligned to each endpoint's clock.
[[nodiscard]] std::vector<TrialMetric> trial_metrics(const TrialRecord& trial);

}  // namespace sriov
