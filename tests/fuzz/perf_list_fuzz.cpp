#include <cstdlib>

#include "collector/perf/perf_list_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto groups = sriov::parse_perf_list({reinterpret_cast<const char*>(data), size});
  if (!groups) return 0;
  if (groups->empty()) std::abort();
  for (const auto& group : *groups) {
    if (group.empty()) std::abort();
    for (const std::string& event : group) {
      if (event.empty()) std::abort();
      std::string pmu;
      std::string terms;
      if (sriov::split_pmu_event(event, pmu, terms) && (pmu.empty() || terms.empty())) std::abort();
    }
  }
  return 0;
}
