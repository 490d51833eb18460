#include <cstdlib>

#include "store/annotations.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto annotations = sriov::parse_annotations({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (!annotations) return 0;
  for (const std::string& tag : annotations->tags)
    if (tag.empty()) std::abort();
  return 0;
}
