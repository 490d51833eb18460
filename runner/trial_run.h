// One trial, from a ready testbed to a record.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "agent/client.h"
#include "core/experiment.h"
#include "core/trial.h"
#include "runner/knob_keeper.h"
#include "runner/plan.h"
#include "testbed/testbed.h"

namespace sriov {

/// What all trials of a run share.
struct TrialContext {
  const Experiment* experiment = nullptr;
  Testbed* testbed = nullptr;
  agent::EventLoop* loop = nullptr;
  KnobKeeper* knobs = nullptr;
  std::function<bool()> should_stop;
  std::function<void(double fraction)> on_progress;  ///< Of this trial, 0 … 1; called while it runs.
  /// A collector that was asked for and does not work there; called at every trial.
  std::function<void(const std::string& endpoint, const CollectorStatus&)> on_skipped;
  std::function<void(const std::string& endpoint, const Complaint&)> on_complaint;
  /// How often samples are fetched while traffic flows; 0: at its end only, which costs the trial nothing.
  std::int64_t fetch_every_ns = 0;
  /// With fetch_every_ns: sampling has begun (`record` has its setup and the clocks before it), and rows have come,
  /// those of the end included.
  std::function<void(const TrialRecord& record)> on_sampling = {};
  std::function<void(const std::vector<SampleBlock>& rows)> on_samples = {};
};

/// Runs it. Whatever goes wrong is in the record (status, reason) with what was sampled until then. `should_stop`
/// makes it fail with kInterrupted: such a record is not worth keeping.
[[nodiscard]] TrialRecord run_trial(const TrialContext& context, const PlannedTrial& planned, int attempt);
inline constexpr const char* kInterrupted = "interrupted";

/// Waits until packets get through every lane of the trial's path, with a short tcp_rr: a link that has just come up
/// loses the first ones, and that is not what a trial measures.
[[nodiscard]] Result<void> wait_until_ready(const TrialContext& context, const PlannedTrial& planned,
                                            std::int64_t timeout_ns);

}  // namespace sriov
