#include <cstdlib>

#include "analyzers/explanations/published_csv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto numbers = sriov::parse_published_csv({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (!numbers) return 0;
  for (const auto& number : *numbers)
    if (number.value.empty() || number.source.empty()) std::abort();
  return 0;
}
