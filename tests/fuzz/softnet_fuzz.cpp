#include <cstdlib>

#include "collector/proc/proc_stat_text.h"
#include "collector/proc/softnet_text.h"
#include "core/sample_block.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<sriov::SoftnetRow> rows;
  sriov::parse_softnet({reinterpret_cast<const char*>(data), size}, rows);
  for (const sriov::SoftnetRow& row : rows) {
    if (row.cpu != sriov::kAbsent && (row.cpu < 0 || row.cpu >= sriov::kMostCpus)) std::abort();
    for (const std::int64_t value : row.values)
      if (value != sriov::kAbsent && (value < 0 || value > 0xFFFF'FFFF)) std::abort();
  }
  return 0;
}
