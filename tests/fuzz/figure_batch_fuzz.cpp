#include <cstdint>
#include <cstdlib>

#include "report/figure_batch.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto entries = sriov::parse_figure_batch({reinterpret_cast<const char*>(data), size});
  if (!entries) return 0;
  for (const auto& entry : *entries)
    if (entry.output.empty()) std::abort();
  return 0;
}
