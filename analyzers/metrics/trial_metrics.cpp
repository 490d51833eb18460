#include "analyzers/metrics/trial_metrics.h"

#include "analyzers/metrics/metric_groups.h"
#include "analyzers/metrics/micro_metrics.h"

namespace sriov {

std::vector<TrialMetric> trial_metrics(const TrialRecord& trial) {
  const TrialView view(trial);
  MetricList list;
  if (is_micro(trial)) {
    add_micro_metrics(trial, list);
    return list.take();
  }
  add_traffic_metrics(view, list);
  add_cpu_metrics(view, list);
  add_interrupt_metrics(view, list);
  add_packet_metrics(view, list);
  add_exit_metrics(view, list);
  add_iotlb_metrics(view, list);
  add_vf_metrics(view, list);
  add_sampling_metrics(view, list);
  return list.take();
}

}  // namespace sriov
