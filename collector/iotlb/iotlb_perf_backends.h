// The backends that count through perf_event, with another system call than the kernel's: for tests.
#pragma once

#include <memory>

#include "collector/iotlb/iotlb_backend.h"
#include "collector/perf/perf_event.h"

namespace sriov {

[[nodiscard]] std::unique_ptr<IotlbBackend> make_iotlb_dmar(PerfEventOpen opener);
[[nodiscard]] std::unique_ptr<IotlbBackend> make_iotlb_amd(PerfEventOpen opener);
[[nodiscard]] std::unique_ptr<IotlbBackend> make_iotlb_uncore_iio(PerfEventOpen opener);

}  // namespace sriov
