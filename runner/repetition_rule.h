// How many repetitions are enough: decided from the spread that was seen.
#pragma once

#include <string>
#include <vector>

#include "core/experiment.h"
#include "store/store.h"

namespace sriov {

struct RepetitionAdvice {
  int repetitions = 0;  ///< In all, at least those that were made.
  std::string why;      ///< The cell that needs them, or that cannot be known as well as was wanted; "" for neither.
};

/// After `done` repetitions of every cell: Experiment::max_repetitions at most. A cell needs more while the 95 %
/// interval of the mean of any of stop_metrics, over its valid trials, is wider than ci_half_width_percent to either
/// side (stats::decide). Whole blocks are added, so that cells stay paired.
[[nodiscard]] RepetitionAdvice advise_repetitions(const Experiment& experiment, const std::vector<TrialSummary>& trials,
                                                  int done);
/// Names that stop_metrics may have: what the workload itself reports.
[[nodiscard]] std::vector<std::string> stop_metric_names();

}  // namespace sriov
