#include "analyzers/explanations/trial_facts.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "analyzers/metrics/metric_groups.h"
#include "analyzers/trial/trial_view.h"
#include "core/text.h"

namespace sriov {
namespace {

constexpr const char* kDom0 = "dom0";
constexpr const char* kPeer = "peer";  // Makes the load from outside of the machine under test.
constexpr const char* kDomainCpu = "xen.domain_cpu_time";
constexpr const char* kVcpuCpu = "xen.vcpu_cpu_time";
constexpr const char* kPcpuIdle = "xen.pcpu_idle_time";
constexpr const char* kCpuTime = "cpu.time";
constexpr const char* kInterrupts = "interrupts.count";
constexpr double kBitsPerByte = 8;
constexpr double kAllPercent = 100;
constexpr double kBytesPerMib = 1024.0 * 1024;
constexpr double kMostOnWire = 1600;        // Above, a counted packet was several: room for tags of VLANs.
constexpr double kFrameOverheadBytes = 66;  // Ethernet, IPv4 and TCP with timestamps.

bool any(const Labels& /*labels*/) { return true; }
bool is_idle(const Labels& labels) { return label(labels, "mode") == "idle" || label(labels, "mode") == "iowait"; }
bool is_busy(const Labels& labels) {
  const std::string_view mode = label(labels, "mode");
  return mode == "user" || mode == "nice" || mode == "system" || mode == "irq" || mode == "softirq";
}
bool is_of_device(const Labels& labels) {
  const std::string_view kind = label(labels, "class");
  return kind != "callback" && kind != "ipi" && kind != "timer" && to_int(label(labels, "irq")).has_value();
}

class Facts {
 public:
  explicit Facts(const TrialRecord& trial) : trial_(trial), view_(trial), on_xen_(view_.has(kDom0, kDomainCpu)) {}

  TrialFacts take() {
    add_work();
    on_xen_ ? add_xen_domains() : add_machines();
    add_cpus();
    add_exits();
    add_walks();
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::optional<double> interrupts(const std::string& endpoint) const {
    return view_.rate(endpoint, kInterrupts, is_of_device).value;
  }

  [[nodiscard]] bool takes_part(const std::string& endpoint) const {
    return std::any_of(trial_.reports.begin(), trial_.reports.end(),
                       [&](const EndpointReport& report) { return report.endpoint == endpoint; });
  }

  /// nullopt when one that takes part is not known: a sum without it would be too low.
  template <class Accept>
  [[nodiscard]] std::optional<double> interrupts_of(const Accept& accept) const {
    std::optional<double> sum;
    for (const std::string& endpoint : view_.endpoints()) {
      if (!accept(endpoint) || view_.is_sampled_by_host(endpoint, kInterrupts)) continue;
      if (!view_.has(endpoint, kInterrupts) && !takes_part(endpoint)) continue;
      const auto one = interrupts(endpoint);
      if (!one) return std::nullopt;
      sum = sum.value_or(0) + *one;
    }
    return sum;
  }

  void add_xen_domains() {
    const auto is_dom0 = [](const Labels& labels) { return label(labels, "domid") == "0"; };
    const auto is_guest = [](const Labels& labels) { return label(labels, "domid") != "0"; };
    const auto guest = [](const std::string& name) { return name.starts_with("guest"); };
    const auto inside = [](const std::string& name) { return name != kPeer; };
    out_.domains = {{kDom0, view_.percent(kDom0, kDomainCpu, is_dom0).value, interrupts(kDom0)},
                    {"guests", view_.percent(kDom0, kDomainCpu, is_guest).value, interrupts_of(guest)},
                    {"all", view_.percent(kDom0, kDomainCpu, any).value, interrupts_of(inside)}};
    out_.idle_percent = view_.percent(kDom0, kPcpuIdle, any).value;
  }

  /// Without Xen each machine's own /proc/stat: of all that are not the peer, or of the peer where there is none.
  void add_machines() {
    std::vector<std::string> machines;
    for (const std::string& endpoint : view_.endpoints())
      if (endpoint != kPeer && view_.has(endpoint, kCpuTime)) machines.push_back(endpoint);
    if (machines.empty() && view_.has(kPeer, kCpuTime)) machines.emplace_back(kPeer);
    DomainCpu all{"all", 0.0, 0.0};
    for (const std::string& machine : machines) {
      const auto percent = view_.percent(machine, kCpuTime, is_busy).value;
      const auto irqs = interrupts(machine);
      out_.domains.push_back({machine, percent, irqs});
      all.percent = all.percent && percent ? std::optional(*all.percent + *percent) : std::nullopt;
      all.interrupts_per_s = all.interrupts_per_s && irqs ? std::optional(*all.interrupts_per_s + *irqs) : std::nullopt;
      const auto idle = view_.percent(machine, kCpuTime, is_idle).value;
      if (idle) out_.idle_percent = out_.idle_percent.value_or(0) + *idle;
    }
    if (machines.empty()) return;
    if (machines.size() == 1) out_.domains.clear();  // It is all there is.
    out_.domains.push_back(all);
  }

  void add_work() {
    if (const auto bps = throughput_bps(trial_).value) out_.payload_bytes_per_s = *bps / kBitsPerByte;
    const auto packets = guest_packets_per_s(view_).value;
    const auto bytes = guest_bytes_per_s();
    if (packets && bytes && *packets > 0) {
      const double size = *bytes / *packets;
      out_.bytes_per_counted_packet = size;
      out_.wire_packets_source = size <= kMostOnWire ? WirePackets::counted : WirePackets::from_bytes;
      out_.wire_packets_per_s = size <= kMostOnWire ? *packets : *bytes / kFullPacketBytes;
      return;
    }
    if (const auto transactions = transactions_per_s_of(trial_, "").value) {
      out_.wire_packets_source = WirePackets::transactions;
      out_.wire_packets_per_s = 2 * *transactions;
    } else if (out_.payload_bytes_per_s) {
      out_.wire_packets_source = WirePackets::from_bytes;
      out_.wire_packets_per_s = *out_.payload_bytes_per_s / (kFullPacketBytes - kFrameOverheadBytes);
    }
  }

  /// Of the first device of each guest and direction that must carry, as guest_packets_per_s() counts packets.
  [[nodiscard]] std::optional<double> guest_bytes_per_s() const {
    double sum = 0;
    std::set<std::pair<std::string, std::string>> seen;
    for (const Lane& lane : trial_.setup.lanes) {
      std::set<std::pair<std::string, Direction>> places;
      for (const Carrier& carrier : lane.carriers) {
        if (!carrier.must_carry || !carrier.endpoint.starts_with("guest") || !carrier.metric.ends_with("_bytes") ||
            !places.insert({carrier.endpoint, carrier.direction}).second)
          continue;
        if (!seen.insert({carrier.endpoint + ' ' + carrier.device, carrier.metric}).second) continue;
        const auto rate = view_.rate(carrier.endpoint, carrier.metric,
                                     [&](const Labels& labels) { return label(labels, "device") == carrier.device; });
        if (!rate.value) return std::nullopt;
        sum += *rate.value;
      }
    }
    return seen.empty() ? std::nullopt : std::optional(sum);
  }

  void add_exits() {
    for (const std::string& endpoint : view_.endpoints()) {
      if (!view_.has(endpoint, "vmexit.exits")) continue;
      out_.exits_per_s = view_.rate(endpoint, "vmexit.exits", any).value;
      add_xen_part(endpoint);
    }
  }

  /// Xen's cycles over run cycles, of each domain, times the CPU time that the domain was charged with.
  void add_xen_part(const std::string& endpoint) {
    std::optional<double> sum;
    for (const std::string& domain : view_.label_values(endpoint, "vmexit.exits", "domain")) {
      const auto is_its = [&](const Labels& labels) { return label(labels, "domain") == domain; };
      const Quantity share = ratio_of(view_.rate(endpoint, "vmexit.xen_cycles", is_its),
                                      view_.rate(endpoint, "vmexit.run_cycles", is_its), 1, "it did not run");
      const auto percent = view_.percent(kDom0, kDomainCpu, is_its).value;
      if (share.value && percent) sum = sum.value_or(0) + *share.value * *percent;
    }
    out_.xen_percent = sum;
  }

  void add_walks() {
    if (!out_.payload_bytes_per_s || *out_.payload_bytes_per_s <= 0) return;
    const auto is_all = [](const Labels& labels) { return label(labels, "requester").empty(); };
    for (const std::string& endpoint : view_.endpoints())
      if (const auto reads = view_.rate(endpoint, "iotlb.page_walk_reads", is_all).value)
        out_.walk_reads_per_mib = *reads / *out_.payload_bytes_per_s * kBytesPerMib;
  }

  void add_cpu(std::string name, const std::optional<double>& percent, bool under_test, bool physical = false) {
    if (percent) out_.cpus.push_back({std::move(name), under_test, physical, std::max(0.0, *percent)});
  }

  /// A guest's own view of its CPUs misses the time that Xen took; so on Xen vCPUs are told by Xen.
  void add_cpus() {
    if (on_xen_) add_vcpus();
    for (const std::string& pcpu : view_.label_values(kDom0, kPcpuIdle, "pcpu")) {
      const auto idle = view_.percent(kDom0, kPcpuIdle, [&](const Labels& l) { return label(l, "pcpu") == pcpu; });
      if (idle.value) add_cpu("physical CPU " + pcpu, kAllPercent - *idle.value, true, true);
    }
    for (const std::string& endpoint : view_.endpoints()) {
      if (on_xen_ && (endpoint == kDom0 || endpoint.starts_with("guest"))) continue;
      for (const std::string& cpu : view_.label_values(endpoint, kCpuTime, "cpu"))
        add_cpu(fmt::format("{} CPU {}", endpoint, cpu),
                view_.percent(endpoint, kCpuTime, [&](const Labels& l) { return is_busy(l) && label(l, "cpu") == cpu; })
                    .value,
                endpoint != kPeer);
    }
  }

  void add_vcpus() {
    for (const std::string& domain : view_.label_values(kDom0, kVcpuCpu, "domain"))
      for (const std::string& vcpu : view_.label_values(kDom0, kVcpuCpu, "vcpu")) {
        const auto is_it = [&](const Labels& l) { return label(l, "domain") == domain && label(l, "vcpu") == vcpu; };
        add_cpu(fmt::format("{} vCPU {}", domain == "Domain-0" ? kDom0 : domain, vcpu),
                view_.percent(kDom0, kVcpuCpu, is_it).value, true);
      }
  }

  const TrialRecord& trial_;
  TrialView view_;
  bool on_xen_;
  TrialFacts out_;
};

}  // namespace

std::string_view to_string(WirePackets source) {
  switch (source) {
    case WirePackets::counted:
      return "counted";
    case WirePackets::from_bytes:
      return "bytes / 1,514";
    case WirePackets::transactions:
      return "2 a transaction";
    case WirePackets::unknown:
      break;
  }
  return "unknown";
}

const DomainCpu* TrialFacts::domain(std::string_view name) const {
  const auto found = std::find_if(domains.begin(), domains.end(), [&](const DomainCpu& d) { return d.name == name; });
  return found == domains.end() ? nullptr : &*found;
}

TrialFacts trial_facts(const TrialRecord& trial) { return Facts(trial).take(); }

}  // namespace sriov
