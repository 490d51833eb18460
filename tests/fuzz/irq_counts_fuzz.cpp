#include <array>
#include <cstdlib>

#include "collector/interrupts/irq_counts_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::array<std::int64_t, 3> counts{};
  if (!sriov::parse_irq_counts({reinterpret_cast<const char*>(data), size}, counts)) return 0;
  for (const std::int64_t count : counts)
    if (count < 0 || count > 0xFFFF'FFFF) std::abort();
  return 0;
}
