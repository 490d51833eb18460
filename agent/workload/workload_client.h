// `sriov-bench workload client`: one run against a workload server.
#pragma once

#include <functional>
#include <string>

#include "agent/workload/workload_server.h"
#include "core/result.h"
#include "core/workload_types.h"

namespace sriov::agent {

struct WorkloadCall {
  WorkloadSpec spec;  ///< `address` is the server's, as a number; `port` its control port.
  /// The run begins now: both sides are ready.
  std::function<void()> begins;
  IntervalObserver interval;  ///< Of this side. On another thread than `begins`, later.
};

/// What both sides have to tell.
struct WorkloadCallOutcome {
  SideOutcome client;
  SideOutcome server;
  std::string server_version;
};

/// Connects, runs and fetches the server's report. An error when there was no run: the server cannot be reached, is
/// busy, of another version, no workload server at all, or refuses the spec. `should_stop` is polled some times a
/// second: the run then ends early on both sides, with what was measured.
[[nodiscard]] Result<WorkloadCallOutcome> call_workload_server(const WorkloadCall& call,
                                                               const std::function<bool()>& should_stop);

}  // namespace sriov::agent
