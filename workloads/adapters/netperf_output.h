// The keyword output of netperf's omni tests, `-- -k …` (nettest_omni.c of netperf 2.7).
#pragma once

#include <string>

#include "workloads/adapters/tool_reading.h"

namespace sriov {

/// What a netperf test carries.
struct NetperfRole {
  bool client_sends = true;   ///< The bulk of the bytes; requests.
  bool server_sends = false;  ///< The bulk of the bytes; responses.
  [[nodiscard]] bool is_rr() const { return client_sends && server_sends; }
};

/// The keywords that read_netperf() wants, as -k takes them.
[[nodiscard]] std::string netperf_keywords();
/// Of netperf, the client, which tells both ends' counts; netserver tells nothing. The whole run is its window.
/// Counts that netperf gives as below 0 are not known to it.
[[nodiscard]] Result<ToolReading> read_netperf(const ToolOutput& output, std::int64_t message_bytes, NetperfRole role);

}  // namespace sriov
