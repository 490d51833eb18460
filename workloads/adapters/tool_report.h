// From what a tool told of its runs to the report of a workload's side.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "workloads/adapters/cpu_timeline.h"
#include "workloads/adapters/tool_reading.h"
#include "workloads/adapters/tool_workload.h"

namespace sriov {

/// The runs of one side as they end.
class ToolReport {
 public:
  ToolReport(const ToolProfile& profile, const WorkloadSpec& spec, Roles roles)
      : profile_(profile), spec_(spec), roles_(roles) {}

  /// A run for the warm-up: its totals. One that is not known makes the sum unknown.
  void add_total(const ToolTotals& total);
  /// The run with the window. `window` is on this endpoint's CLOCK_MONOTONIC; absent: it ended before.
  void add_run(ToolReading reading, std::optional<ToolWindow> window, std::int64_t started_ns, const CpuTimeline& cpu);
  void add_note(const std::string& note);
  /// `observer` (may be null) is told the intervals.
  [[nodiscard]] WorkloadReport build(const IntervalObserver& observer) const;

 private:
  void add_rates(WorkloadReport& report) const;
  void add_cpu(WorkloadReport& report) const;
  void add_intervals(WorkloadReport& report) const;
  void add_absences(WorkloadReport& report) const;
  [[nodiscard]] bool declares(const Metric& metric) const;

  const ToolProfile& profile_;
  const WorkloadSpec& spec_;
  Roles roles_;
  ToolTotals total_{0, 0};
  ToolReading reading_;
  std::optional<ToolWindow> window_;
  std::int64_t started_ns_ = 0;
  CpuTimeline cpu_;
  std::string note_;
};

}  // namespace sriov
