// `sriov-bench workload server`: runs workloads for whoever connects, one client at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/result.h"
#include "core/workload_types.h"

namespace sriov::agent {

/// TCP port of the control connection. (iperf has 5001, iperf3 5201, netperf 12865.)
inline constexpr std::uint16_t kWorkloadPort = 5210;

/// A side's report. With a failure, what was counted before it; nothing at all when it failed before the window.
struct SideOutcome {
  WorkloadReport report;
  bool has_report = false;
  Error failure;  ///< No failure when `what` is "".

  [[nodiscard]] bool failed() const { return !failure.what.empty(); }
};

struct WorkloadServerConfig {
  std::string bind_address;  ///< Of control and data; "" = any.
  std::uint16_t port = kWorkloadPort;
  std::uint16_t data_port = 0;  ///< 0 = whichever is free.
  bool once = false;            ///< Ends after the first run.
};

/// What a server tells while it serves. Calls come from several threads.
class WorkloadServerEvents {
 public:
  virtual ~WorkloadServerEvents() = default;
  virtual void listening(std::uint16_t port) = 0;
  virtual void begins(const std::string& peer, const WorkloadSpec& spec) = 0;
  virtual void interval(const WorkloadSpec& spec, const WorkloadInterval& interval) = 0;
  virtual void ended(const std::string& peer, const WorkloadSpec& spec, const SideOutcome& outcome) = 0;
  /// Somebody was turned away, and why.
  virtual void refused(const std::string& peer, const std::string& why) = 0;
};

/// Serves until `should_stop`, which is polled some times a second; a run under way then ends early and its client gets
/// what was measured. An error when it cannot listen. A client that misbehaves or vanishes costs its own run only.
[[nodiscard]] Result<void> serve_workloads(const WorkloadServerConfig& config, WorkloadServerEvents& events,
                                           const std::function<bool()>& should_stop);

}  // namespace sriov::agent
