#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "workloads/adapters/iperf3_output.h"

// Whatever is read, counts are numbers that are not negative, and the window is in order.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const sriov::Iperf3Role role{(data[0] & 1U) != 0, (data[0] & 2U) != 0};
  const bool interrupted = (data[0] & 4U) != 0;
  const auto reading = sriov::read_iperf3({text, "", 0, interrupted}, {500'000'000, 1'000'000'000, 1}, role);
  if (!reading) return 0;
  if (reading->window && reading->window->end_ns < reading->window->begin_ns) std::abort();
  for (const sriov::Measure& measure : reading->own)
    if (!(measure.value >= 0)) std::abort();
  return 0;
}
