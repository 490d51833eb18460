// The groups that trial_metrics() is made of, one file each.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "analyzers/metrics/trial_metric.h"
#include "analyzers/trial/trial_view.h"

namespace sriov {

/// Collects metrics in the order in which tables show them.
class MetricList {
 public:
  void add(std::string name, std::string unit, std::string label, Quantity quantity) {
    if (quantity.value && !std::isfinite(*quantity.value)) quantity = Quantity::absent("it is not a finite number");
    metrics_.push_back({std::move(name), std::move(unit), std::move(label), quantity.value, std::move(quantity.why)});
  }
  [[nodiscard]] std::vector<TrialMetric> take() { return std::move(metrics_); }

 private:
  std::vector<TrialMetric> metrics_;
};

/// Payload per second of all lanes, at the receiving ends.
[[nodiscard]] Quantity throughput_bps(const TrialRecord& trial);
/// That of the lanes that `endpoint` is an end of; of all lanes when it is none (dom0 carries them all).
[[nodiscard]] Quantity throughput_bps_of(const TrialRecord& trial, const std::string& endpoint);
/// Transactions per second of the lanes of `endpoint` (of all lanes when it is no end of one); absent for workloads
/// that make none. What request/response workloads are measured by: per Gbit/s and per MB say nothing of one-byte
/// messages.
[[nodiscard]] Quantity transactions_per_s_of(const TrialRecord& trial, const std::string& endpoint);

/// Throughput, transactions, latency, losses: what the workload itself saw.
void add_traffic_metrics(const TrialView& view, MetricList& out);
/// CPU by Xen's accounting, by /proc/stat elsewhere, and per Gbit/s.
void add_cpu_metrics(const TrialView& view, MetricList& out);
/// Interrupts per second, by class and per MB of payload.
void add_interrupt_metrics(const TrialView& view, MetricList& out);
/// Packets of the devices that carried the payload.
void add_packet_metrics(const TrialView& view, MetricList& out);
/// Packets per second of the guests' carriers, both directions together, as their drivers count them.
[[nodiscard]] Quantity guest_packets_per_s(const TrialView& view);
/// IOTLB lookups and misses: per second, their ratio, per MiB of payload and per packet. The ratio alone misleads: it
/// falls when every packet is looked up more often.
void add_iotlb_metrics(const TrialView& view, MetricList& out);
/// VM exits of each guest, Xen's share of its CPU time, and the interrupts of its devices, where Xen was traced.
void add_exit_metrics(const TrialView& view, MetricList& out);
/// What VFs transmitted, and how much of it their card switched within itself.
void add_vf_metrics(const TrialView& view, MetricList& out);
/// What measuring cost.
void add_sampling_metrics(const TrialView& view, MetricList& out);

}  // namespace sriov
