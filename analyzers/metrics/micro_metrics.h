// Micro-benchmarks as metrics of a trial: one trial is one repetition of the suite in one place.
#pragma once

#include <string_view>

#include "analyzers/metrics/metric_groups.h"

namespace sriov {

/// The factor whose levels are the places: "dom0", "guest1", "bare-metal".
inline constexpr std::string_view kMicroFactor = "where";
/// Measures are called so, with the benchmark's name behind: "ns_per_op.cpuid".
inline constexpr std::string_view kNsPerOperation = "ns_per_op.";
inline constexpr std::string_view kCyclesPerOperation = "cycles_per_op.";

/// Whether a trial is one of micro-benchmarks: it has a place, and no workload and no path.
[[nodiscard]] bool is_micro(const TrialRecord& trial);

/// What was timed and what could not be, in the order of the report.
void add_micro_metrics(const TrialRecord& trial, MetricList& out);

}  // namespace sriov
