#include "analyzers/metrics/metric_groups.h"

namespace sriov {

void add_sampling_metrics(const TrialView& view, MetricList& out) {
  const auto any = [](const Labels&) { return true; };
  for (const std::string& endpoint : view.endpoints()) {
    out.add("sampling_cpu_percent." + endpoint, "%", "Sampling's own CPU on " + endpoint,
            view.percent(endpoint, "self.cpu_time", any));
    out.add("sampling_missed_deadlines." + endpoint, "count", "Sampling deadlines missed on " + endpoint,
            view.sum(endpoint, "self.missed_deadlines", any));
  }
}

}  // namespace sriov
