#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "workloads/adapters/sockperf_output.h"

// The same bytes as a log, cut where the first byte says, and as what it prints.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t cut = text.empty() ? 0 : data[0] % text.size();
  const sriov::ToolTiming timing{450'000'000, 1'000'000'000, 0};
  sriov::SockperfLog whole(timing);
  sriov::SockperfLog parts(timing);
  whole.feed(text);
  parts.feed(text.substr(0, cut));
  parts.feed(text.substr(cut));
  if (whole.round_trips_ns().encode() != parts.round_trips_ns().encode()) std::abort();
  if (whole.window() && whole.window()->end_ns < whole.window()->begin_ns) std::abort();
  const sriov::ToolOutput output{text, "", 0, (data[0] & 1U) != 0};
  (void)sriov::read_sockperf_rr(output, whole, 64);
  (void)sriov::read_sockperf_throughput(output, 64);
  (void)sriov::read_sockperf_server(output, 64, (data[0] & 2U) != 0);
  return 0;
}
