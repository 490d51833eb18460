// How events are named on the command line: "cycles,instructions", "{cycles,instructions},dmar0/iotlb_lookup/".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace sriov {

/// The groups of an event list: what stands in braces is one, every other event is one by itself. Commas between the
/// slashes of PMU/TERMS/ belong to the event. A usage error for braces and slashes that do not match and empty names.
[[nodiscard]] Result<std::vector<std::vector<std::string>>> parse_perf_list(std::string_view text);

/// "dmar0/iotlb_lookup,filter=1/": the PMU and its terms. False when it has another form.
[[nodiscard]] bool split_pmu_event(std::string_view text, std::string& pmu, std::string& terms);

}  // namespace sriov
