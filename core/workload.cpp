#include "core/workload.h"

namespace sriov {

std::optional<double> WorkloadReport::measure(std::string_view name) const {
  for (const Measure& candidate : measures)
    if (candidate.name == name) return candidate.value;
  return std::nullopt;
}

}  // namespace sriov
