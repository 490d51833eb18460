// The perf collector with another system call than the kernel's: for tests.
#pragma once

#include <memory>

#include "collector/collector.h"
#include "collector/perf/perf_event.h"

namespace sriov {

[[nodiscard]] std::unique_ptr<Collector> make_perf_collector(PerfEventOpen opener);

}  // namespace sriov
