#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "analyzers/metric_groups.h"

namespace sriov {
namespace {

constexpr const char* kDom0 = "dom0";
constexpr const char* kDomainCpu = "xen.domain_cpu_time";
constexpr const char* kPcpuIdle = "xen.pcpu_idle_time";
constexpr const char* kCpuTime = "cpu.time";
constexpr double kBitsPerGigabit = 1e9;

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
  const Quantity idle = view.percent(kDom0, kPcpuIdle, any);
  if (!idle.value) return idle;
  return Quantity::of(std::max(0.0, 100.0 * static_cast<double>(pcpus.size()) - *idle.value));
}

void add_per_gbps(const std::string& who, const std::string& label, const Quantity& percent, const Quantity& throughput,
                  MetricList& out) {
  out.add("cpu_percent_per_gbps." + who, "%/(Gbit/s)", label,
          ratio_of(percent, throughput, kBitsPerGigabit, "there was no throughput"));
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
  const Quantity throughput = throughput_bps(view.trial());
  add_per_gbps("dom0", "dom0 CPU per Gbit/s", dom0, throughput, out);
  add_per_gbps("guests", "Guests' CPU per Gbit/s", guests, throughput, out);
  add_per_gbps("xen_all", "All domains' CPU per Gbit/s", all, throughput, out);
}

/// A domain's own /proc/stat does not see what Xen does for it, so it is used only outside of Xen.
void add_proc_stat(const TrialView& view, const std::string& endpoint, MetricList& out) {
  const Quantity busy = view.percent(endpoint, kCpuTime, is_busy);
  out.add("cpu_percent." + endpoint, "%", fmt::format("CPU of {}'s machine (/proc/stat)", endpoint), busy);
  add_per_gbps(endpoint, fmt::format("CPU of {}'s machine per Gbit/s", endpoint), busy,
               throughput_bps_of(view.trial(), endpoint), out);
}

}  // namespace

void add_cpu_metrics(const TrialView& view, MetricList& out) {
  const auto& endpoints = view.endpoints();
  const bool on_xen = std::find(endpoints.begin(), endpoints.end(), kDom0) != endpoints.end();
  if (on_xen) add_xen(view, out);
  for (const std::string& endpoint : endpoints) {
    const bool is_domain = endpoint == kDom0 || endpoint.starts_with("guest");
    // Endpoints that share a machine sample its CPUs once: the others have nothing of their own to show.
    const bool elsewhere = !view.has(endpoint, kCpuTime) && view.has_anywhere(kCpuTime);
    if (!(on_xen && is_domain) && !elsewhere) add_proc_stat(view, endpoint, out);
  }
}

}  // namespace sriov
