#include <cstdlib>

#include "collector/proc/proc_stat_text.h"
#include "core/sample_block.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<sriov::CpuTicks> cpus;
  sriov::parse_proc_stat({reinterpret_cast<const char*>(data), size}, cpus);
  for (const sriov::CpuTicks& row : cpus) {
    if (row.cpu < 0 || row.cpu >= sriov::kMostCpus) std::abort();
    for (const std::int64_t ticks : row.ticks)
      if (ticks != sriov::kAbsent && (ticks < 0 || ticks > sriov::kMostTicks)) std::abort();
  }
  return 0;
}
