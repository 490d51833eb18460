#include <cstdlib>

#include "collector/proc/softirqs_text.h"
#include "core/sample_block.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sriov::SoftirqTable table;
  sriov::parse_softirqs({reinterpret_cast<const char*>(data), size}, table);
  if (table.counts.size() != table.kinds.size() * table.cpus.size()) std::abort();
  for (const std::int64_t count : table.counts)
    if (count != sriov::kAbsent && (count < 0 || count > 0xFFFF'FFFF)) std::abort();
  return 0;
}
