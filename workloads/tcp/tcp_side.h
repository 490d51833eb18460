// What all TCP workloads share: listening, connecting, the greeting, the common start, the report.
#pragma once

#include <memory>

#include "workloads/engine/profiled_workload.h"
#include "workloads/engine/stream_engine.h"

namespace sriov {

/// What one stream does before the window begins.
using StreamSetup = std::function<Result<void>(Stream&, const Halt&)>;

/// How one TCP workload differs from another.
struct TcpProfile {
  static constexpr Protocol kProtocol = Protocol::tcp;

  WorkloadDescription describe;
  int connections_per_stream = 1;
  bool always_no_delay = false;
  bool always_zero_copy = false;
  bool client_measures_latency = false;
  /// Before the traffic, where there is something to set up: not counted, both sides wait for each other. May be null.
  StreamSetup client_setup{};
  StreamSetup server_setup{};
  /// The traffic of one stream. The meter's window is already open; the body ends with it.
  StreamBody client_body{};
  StreamBody server_body{};
};

/// `profile` must outlive the side.
[[nodiscard]] std::unique_ptr<WorkloadSide> make_server_side(const TcpProfile& profile);
[[nodiscard]] std::unique_ptr<WorkloadSide> make_client_side(const TcpProfile& profile);

template <const TcpProfile& (*profile)()>
using TcpWorkload = ProfiledWorkload<TcpProfile, profile>;

}  // namespace sriov
