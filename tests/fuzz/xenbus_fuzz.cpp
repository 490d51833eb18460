#include <cstdlib>

#include "collector/xen/xenbus_text.h"
#include "core/sample_block.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::int64_t count = sriov::parse_xenbus_count({reinterpret_cast<const char*>(data), size});
  if (count != sriov::kAbsent && (count < 0 || count > 0xFFFF'FFFF)) std::abort();
  return 0;
}
