#include <cstdlib>

#include "core/cpu_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto cpus = sriov::parse_cpu_list({reinterpret_cast<const char*>(data), size});
  if (cpus.size() > static_cast<std::size_t>(sriov::kMostCpus)) std::abort();
  for (const std::int64_t cpu : cpus)
    if (cpu < 0 || cpu >= sriov::kMostCpus) std::abort();
  return 0;
}
