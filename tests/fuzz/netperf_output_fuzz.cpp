#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "workloads/adapters/netperf_output.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const sriov::NetperfRole role{(data[0] & 1U) != 0, (data[0] & 2U) != 0};
  const auto reading = sriov::read_netperf({text, "", 0, (data[0] & 4U) != 0}, 64, role);
  if (!reading) return 0;
  if (reading->window && reading->window->end_ns < 0) std::abort();
  for (const sriov::Measure& measure : reading->own)
    if (!(measure.value >= 0)) std::abort();
  return 0;
}
