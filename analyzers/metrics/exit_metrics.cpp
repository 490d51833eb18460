// What Xen does for guests, from its trace: exits, their share of the guests' time, interrupts of passed-through
// devices.
#include <fmt/format.h>

#include "analyzers/metrics/metric_groups.h"

namespace sriov {
namespace {

constexpr const char* kExits = "vmexit.exits";
constexpr const char* kXenCycles = "vmexit.xen_cycles";
constexpr const char* kRunCycles = "vmexit.run_cycles";
constexpr const char* kIrqs = "vmexit.irqs_handled";

/// A domain without exits (a PV one) has run cycles but nothing to set against them.
void add_domain(const TrialView& view, const std::string& endpoint, const std::string& domain, MetricList& out) {
  const auto is_its = [&domain](const Labels& labels) { return label(labels, "domain") == domain; };
  const Quantity exits = view.rate(endpoint, kExits, is_its);
  out.add("vm_exits_per_s." + domain, "1/s", domain + " VM exits", exits);
  const Quantity transactions = transactions_per_s_of(view.trial(), endpoint);
  if (transactions.value)
    out.add("vm_exits_per_transaction." + domain, "1", domain + " VM exits per transaction",
            ratio_of(exits, transactions, 1, "there was no transaction"));
  else
    out.add("vm_exits_per_packet." + domain, "1", domain + " VM exits per packet",
            ratio_of(exits, guest_packets_per_s(view), 1, "there was no packet"));
  out.add("xen_share_percent." + domain, "%", fmt::format("Xen's share of {}'s CPU time", domain),
          ratio_of(view.rate(endpoint, kXenCycles, is_its), view.rate(endpoint, kRunCycles, is_its), 100,
                   "it did not run"));
  out.add("device_irqs_per_s." + domain, "1/s", fmt::format("device interrupts for {}, in Xen", domain),
          view.rate(endpoint, kIrqs, is_its));
}

/// Of all records that Xen made: what is lost makes every other count of the trace too low.
void add_losses(const TrialView& view, const std::string& endpoint, MetricList& out) {
  const auto any = [](const Labels&) { return true; };
  const Quantity lost = view.sum(endpoint, "vmexit.lost_records", any);
  const Quantity read = view.sum(endpoint, "vmexit.records", any);
  const Quantity all = lost.value && read.value ? Quantity::of(*lost.value + *read.value) : (lost.value ? read : lost);
  out.add("sampling_lost_trace_percent." + endpoint, "%", "Records lost of Xen's trace on " + endpoint,
          ratio_of(lost, all, 100, "there was no record"));
}

}  // namespace

void add_exit_metrics(const TrialView& view, MetricList& out) {
  for (const std::string& endpoint : view.endpoints())
    if (view.has(endpoint, "vmexit.records")) add_losses(view, endpoint, out);
  for (const std::string& endpoint : view.endpoints())
    for (const std::string& domain : view.label_values(endpoint, kExits, "domain"))
      if (!domain.empty()) add_domain(view, endpoint, domain, out);
}

}  // namespace sriov
