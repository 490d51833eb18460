// The JSON of `iperf3 -J` (iperf_api.c, iperf_client_api.c, iperf_server_api.c of iperf 3.12).
#pragma once

#include "workloads/adapters/tool_reading.h"

namespace sriov {

/// Which of iperf3's numbers are this side's own.
struct Iperf3Role {
  bool sends = false;  ///< Else it receives.
  bool udp = false;
};

/// The window is what iperf3's intervals between `timing.warmup_ns` and the end of the window hold; totals are those
/// of all its run. iperf3's own error is the error; so is output that is cut off.
[[nodiscard]] Result<ToolReading> read_iperf3(const ToolOutput& output, const ToolTiming& timing, Iperf3Role role);

}  // namespace sriov
