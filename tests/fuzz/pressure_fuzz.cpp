#include <cstdlib>

#include "collector/proc/pressure_text.h"

namespace {

void check(const std::optional<sriov::PressureLine>& line) {
  if (!line) return;
  for (const std::int64_t average : line->averages)
    if (average != sriov::kAbsent && (average < 0 || average > 10'000)) std::abort();
  const std::int64_t total = line->total_us;
  if (total != sriov::kAbsent && (total < 0 || total > INT64_MAX / 1000)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const sriov::PressureLines lines = sriov::parse_pressure({reinterpret_cast<const char*>(data), size});
  check(lines.some);
  check(lines.full);
  return 0;
}
