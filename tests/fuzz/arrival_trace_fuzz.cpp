#include <cstdlib>

#include "workloads/udp/arrival_trace.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto trace = sriov::parse_arrival_trace({reinterpret_cast<const char*>(data), size});
  if (!trace) return 0;
  if (trace->gaps_ns.empty() || trace->gaps_ns.size() != trace->lengths_bytes.size()) std::abort();
  for (const std::int64_t gap_ns : trace->gaps_ns)
    if (gap_ns < 0) std::abort();
  for (const std::int64_t bytes : trace->lengths_bytes)
    if (bytes < 1 || bytes > 65'507) std::abort();
  return 0;
}
