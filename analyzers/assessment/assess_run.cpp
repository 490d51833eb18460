#include "analyzers/assessment/assess_run.h"

#include "analyzers/metrics/micro_metrics.h"

namespace sriov {

Result<AssessedRun> assess_run(const Store& store, const std::vector<TrialSummary>& trials) {
  AssessedRun out;
  for (TrialSummary& trial : latest_attempts(trials)) {
    if (trial.record.status != TrialStatus::ok || is_micro(trial.record)) continue;
    SRIOV_ASSIGN(trial.record.blocks, store.blocks(trial.id));
    out.ids.push_back(trial.id);
    out.trials.push_back(assess_trial(trial.record));
    trial.record.blocks = {};  // One trial's samples at a time.
  }
  place_in_cells(out.trials);
  out.drifts = drifting(out.trials);
  return out;
}

}  // namespace sriov
