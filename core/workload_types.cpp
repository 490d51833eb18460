#include "core/workload_types.h"

namespace sriov {
namespace {

std::optional<double> find(const std::vector<Measure>& measures, std::string_view name) {
  for (const Measure& candidate : measures)
    if (candidate.name == name) return candidate.value;
  return std::nullopt;
}

}  // namespace

std::optional<double> WorkloadInterval::measure(std::string_view name) const { return find(measures, name); }
std::optional<double> WorkloadReport::measure(std::string_view name) const { return find(measures, name); }

}  // namespace sriov
