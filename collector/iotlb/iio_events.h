// Which uncore IIO events count IOTLB lookups and misses on which Intel processor.
#pragma once

#include <span>
#include <string_view>

#include "collector/iotlb/iotlb_counters.h"

namespace sriov {

/// Groups for a model of Intel's family 6; empty for a model that is not in the table.
[[nodiscard]] std::span<const IotlbGroup> iio_iotlb_groups(int model);

/// The model in /proc/cpuinfo when the processor is of Intel's family 6, else -1.
[[nodiscard]] int intel_model(std::string_view cpuinfo);

}  // namespace sriov
