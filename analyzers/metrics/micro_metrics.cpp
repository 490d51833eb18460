#include "analyzers/metrics/micro_metrics.h"

namespace sriov {
namespace {

/// "cpuid" of "ns_per_op.cpuid"; "" for other measures.
std::string benchmark_of(std::string_view measure) {
  for (const std::string_view prefix : {kNsPerOperation, kCyclesPerOperation})
    if (measure.starts_with(prefix)) return std::string(measure.substr(prefix.size()));
  return {};
}

}  // namespace

bool is_micro(const TrialRecord& trial) {
  const Cell& cell = trial.planned.cell;
  return cell.contains(std::string(kMicroFactor)) && !cell.contains("workload") && !cell.contains("path");
}

void add_micro_metrics(const TrialRecord& trial, MetricList& out) {
  for (const EndpointReport& entry : trial.reports) {
    for (const Measure& measure : entry.report.measures)
      if (const std::string name = benchmark_of(measure.name); !name.empty())
        out.add(measure.name, measure.unit, name, Quantity::of(measure.value));
    for (const AbsentMeasure& measure : entry.report.absent)
      if (const std::string name = benchmark_of(measure.name); !name.empty())
        out.add(measure.name, measure.unit, name, Quantity::absent(measure.why));
  }
}

}  // namespace sriov
