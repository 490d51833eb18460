#include <fmt/format.h>

#include "analyzers/metrics/metric_groups.h"
#include "core/text.h"

namespace sriov {
namespace {

constexpr const char* kInterrupts = "interrupts.count";
constexpr double kBitsPerMegabyte = 8e6;

/// Named lines (RES, CAL, LOC, ERR, HYP …) have no number. Of those only IPIs and timers are interrupts that no other
/// line counts too: Xen's callback is the upcall that delivers the event channels, which have lines of their own.
bool is_counted_once(const Labels& labels) {
  const std::string_view kind = label(labels, "class");
  if (kind == "callback") return false;
  return kind == "ipi" || kind == "timer" || to_int(label(labels, "irq")).has_value();
}

/// Interrupts of devices: what traffic causes, as opposed to the passing of time.
bool is_of_device(const Labels& labels) {
  const std::string_view kind = label(labels, "class");
  return kind != "callback" && kind != "ipi" && kind != "timer" && to_int(label(labels, "irq")).has_value();
}

void add_endpoint(const TrialView& view, const std::string& endpoint, MetricList& out) {
  const Quantity of_devices = view.rate(endpoint, kInterrupts, is_of_device);
  out.add("interrupts_per_s." + endpoint, "1/s", endpoint + " interrupts",
          view.rate(endpoint, kInterrupts, is_counted_once));
  out.add("device_interrupts_per_s." + endpoint, "1/s", endpoint + " device interrupts", of_devices);
  for (const std::string& kind : view.label_values(endpoint, kInterrupts, "class")) {
    if (kind.empty()) continue;
    const auto is_kind = [&](const Labels& labels) { return label(labels, "class") == kind; };
    out.add(fmt::format("interrupts_per_s.{}.{}", endpoint, kind), "1/s",
            fmt::format("{} interrupts, {}", endpoint, kind), view.rate(endpoint, kInterrupts, is_kind));
  }
  const Quantity transactions = transactions_per_s_of(view.trial(), endpoint);
  if (transactions.value) {
    out.add("interrupts_per_transaction." + endpoint, "1", endpoint + " device interrupts per transaction",
            ratio_of(of_devices, transactions, 1, "there was no transaction"));
    return;
  }
  out.add("interrupts_per_mb." + endpoint, "1/MB", endpoint + " device interrupts per MB",
          ratio_of(of_devices, throughput_bps_of(view.trial(), endpoint), kBitsPerMegabyte, "there was no throughput"));
}

}  // namespace

void add_interrupt_metrics(const TrialView& view, MetricList& out) {
  for (const std::string& endpoint : view.endpoints())
    if (!view.is_sampled_by_host(endpoint, kInterrupts)) add_endpoint(view, endpoint, out);
}

}  // namespace sriov
