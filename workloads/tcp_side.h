// What all TCP workloads share: listening, connecting, the greeting, the common start, the report.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "core/metric.h"
#include "workloads/spec.h"
#include "workloads/stream_engine.h"
#include "workloads/workload.h"

namespace sriov {

/// How one TCP workload differs from another.
struct TcpProfile {
  std::string_view name;
  std::span<const Metric> measures;
  SpecLimits limits;
  bool always_no_delay = false;
  bool client_measures_latency = false;
  bool client_sends_bulk = true;  ///< Whose missed rate is worth a note.
  /// The traffic of one stream. The meter's window is already open; the body ends with it.
  StreamBody client_body;
  StreamBody server_body;
};

/// `profile` must outlive the side.
[[nodiscard]] std::unique_ptr<WorkloadSide> make_tcp_server(const TcpProfile& profile);
[[nodiscard]] std::unique_ptr<WorkloadSide> make_tcp_client(const TcpProfile& profile);

}  // namespace sriov
