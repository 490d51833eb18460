#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "analyzers/metrics/metric_groups.h"

namespace sriov {
namespace {

constexpr const char* kDom0 = "dom0";
constexpr const char* kDomainCpu = "xen.domain_cpu_time";
constexpr const char* kPcpuIdle = "xen.pcpu_idle_time";
constexpr const char* kCpuTime = "cpu.time";
constexpr double kBitsPerGigabit = 1e9;
constexpr double kBitsPerKilobyte = 8 * 1024;
constexpr double kMicrosecondsPerPercentSecond = 1e4;  // 1 % of a CPU for a second

bool any(const Labels& /*labels*/) { return true; }
bool is_dom0(const Labels& labels) { return label(labels, "domid") == "0"; }
bool is_guest(const Labels& labels) { return !is_dom0(labels); }

/// Modes in which a CPU works for this machine. Guest time is part of user and nice already; stolen time was spent
/// on somebody else.
bool is_busy(const Labels& labels) {
  static constexpr std::array<std::string_view, 5> kBusy{"user", "nice", "system", "irq", "softirq"};
  return std::find(kBusy.begin(), kBusy.end(), label(labels, "mode")) != kBusy.end();
}

Quantity physical_percent(const TrialView& view) {
  const auto pcpus = view.label_values(kDom0, kPcpuIdle, "pcpu");
  Quantity idle = view.percent(kDom0, kPcpuIdle, any);
  if (!idle.value) return idle;
  return Quantity::of(std::max(0.0, 100.0 * static_cast<double>(pcpus.size()) - *idle.value));
}

/// What a unit of work costs: a transaction where the workload makes them, else a Gbit/s.
void add_per_work(const TrialView& view, const std::string& who, const std::string& label, const Quantity& percent,
                  MetricList& out) {
  const Quantity transactions = transactions_per_s_of(view.trial(), who);
  if (transactions.value) {
    out.add("cpu_us_per_transaction." + who, "us", label + " per transaction",
            ratio_of(percent, transactions, kMicrosecondsPerPercentSecond, "there was no transaction"));
    return;
  }
  out.add("cpu_percent_per_gbps." + who, "%/(Gbit/s)", label + " per Gbit/s",
          ratio_of(percent, throughput_bps_of(view.trial(), who), kBitsPerGigabit, "there was no throughput"));
  out.add("service_demand_us_per_kb." + who, "us/KB", label + " per KB",
          ratio_of(percent, throughput_bps_of(view.trial(), who), kMicrosecondsPerPercentSecond * kBitsPerKilobyte,
                   "there was no throughput"));
}

/// Xen charges the work it does for a domain (exits, event channels, shadow paging) to the vCPU that runs: these
/// numbers contain it and cannot be split here.
void add_xen(const TrialView& view, MetricList& out) {
  const Quantity dom0 = view.percent(kDom0, kDomainCpu, is_dom0);
  const Quantity guests = view.percent(kDom0, kDomainCpu, is_guest);
  const Quantity all = view.percent(kDom0, kDomainCpu, any);
  out.add("cpu_percent.dom0", "%", "dom0 CPU (with Xen's work for it)", dom0);
  out.add("cpu_percent.guests", "%", "Guests' CPU (with Xen's work for them)", guests);
  out.add("cpu_percent.xen_all", "%", "All domains' CPU", all);
  if (view.has(kDom0, kPcpuIdle))
    out.add("cpu_percent.physical", "%", "All physical CPUs, busy", physical_percent(view));
  out.add("cpu_share_percent.dom0", "%", "dom0's share of all domains' CPU",
          ratio_of(dom0, all, 100, "no domain used CPU"));
  add_per_work(view, "dom0", "dom0 CPU", dom0, out);
  add_per_work(view, "guests", "Guests' CPU", guests, out);
  add_per_work(view, "xen_all", "All domains' CPU", all, out);
}

/// A domain's own /proc/stat does not see what Xen does for it, so it is used only outside of Xen.
void add_proc_stat(const TrialView& view, const std::string& endpoint, MetricList& out) {
  const Quantity busy = view.percent(endpoint, kCpuTime, is_busy);
  out.add("cpu_percent." + endpoint, "%", fmt::format("CPU of {}'s machine (/proc/stat)", endpoint), busy);
  add_per_work(view, endpoint, fmt::format("CPU of {}'s machine", endpoint), busy, out);
}

}  // namespace

void add_cpu_metrics(const TrialView& view, MetricList& out) {
  const auto& endpoints = view.endpoints();
  const bool on_xen = std::find(endpoints.begin(), endpoints.end(), kDom0) != endpoints.end();
  if (on_xen) add_xen(view, out);
  for (const std::string& endpoint : endpoints) {
    const bool is_domain = endpoint == kDom0 || endpoint.starts_with("guest");
    const bool elsewhere = view.is_sampled_by_host(endpoint, kCpuTime);
    if (!(on_xen && is_domain) && !elsewhere) add_proc_stat(view, endpoint, out);
  }
}

}  // namespace sriov
