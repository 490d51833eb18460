// From the names of events to what perf_event_open takes: the kernel's own, sysfs PMUs, and libpfm4's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collector/perf/perf_event.h"
#include "core/result.h"
#include "host/host.h"

namespace sriov {

struct NamedPerfEvent {
  PerfEvent event;
  bool is_time = false;  ///< It counts ns (task-clock, cpu-clock).
  double scale = 1;      ///< Of sysfs: count × scale is in unit.
  std::string unit;
  /// Of a unit outside of the CPUs: where it is opened. nullopt: on every CPU, or with a task.
  std::optional<std::vector<std::int64_t>> cpus;
};

/// "cycles", "page-faults": the kernel's names, as perf has them. "PMU/TERMS/": sysfs. Anything else: libpfm4
/// ("INST_RETIRED:ANY", "skx_unc_iio0::UNC_IO_VTD_ACCESS"). A usage error, with what is near, for unknown ones.
[[nodiscard]] Result<NamedPerfEvent> find_perf_event(const Host& host, const std::string& name);

/// Whether the processor's counters can be used: not in most virtual machines, nor under Xen without vPMU.
[[nodiscard]] bool has_cpu_pmu(const Host& host);

}  // namespace sriov
