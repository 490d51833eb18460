// Xen's own accounts, read in dom0: CPU time of domains, vCPUs and physical CPUs, and the traffic of the vifs.
#include <array>
#include <ctime>
#include <memory>
#include <optional>
#include <unordered_map>

#include "collector/collector.h"
#include "collector/net/link_stats.h"
#include "collector/xen/xen.h"
#include "collector/xen/xen_busy_time.h"
#include "collector/xen/xen_library.h"
#include "collector/xen/xen_vif.h"
#include "core/sample_block.h"
#include "core/time.h"
#include "host/clock.h"

namespace sriov {
namespace {

constexpr std::string_view kStat = "libxenstat (XEN_SYSCTL_getdomaininfolist, XEN_DOMCTL_getvcpuinfo)";
constexpr std::string_view kVcpuInfo = "libxenctrl xc_vcpu_getinfo (XEN_DOMCTL_getvcpuinfo)";
constexpr std::string_view kVcpuLabels = "domain,domid,vcpu";
constexpr std::string_view kVif = "rtnetlink counters of dom0's vifD.N";

enum MetricIndex : std::size_t {
  kDomainCpuTime,
  kVcpuCpuTime,
  kDomainVcpus,
  kDomainMemory,
  kPcpuIdleTime,
  kVcpuRunning,
  kVcpuRunnable,
  kVcpuBlocked,
  kVcpuOffline,
  kVcpuPcpu,
  kBusyTime,
  kUnattributedTime,
  kBackwardTime,
  kVifRxBytes,
  kVifTxBytes,
  kVifRxPackets,
  kVifTxPackets,
  kMetricCount
};

constexpr std::array<Metric, kMetricCount> kDeclared{{
    {"xen.domain_cpu_time", "ns", MetricKind::counter, "domain,domid",
     "Physical CPU time charged to a domain; work that Xen does while a vCPU is current is charged to that vCPU.",
     kStat},
    {"xen.vcpu_cpu_time", "ns", MetricKind::counter, "domain,domid,vcpu", "Physical CPU time charged to a vCPU.",
     kStat},
    {"xen.domain_vcpus", "count", MetricKind::gauge, "domain,domid", "Online vCPUs of a domain.", kStat},
    {"xen.domain_memory_bytes", "bytes", MetricKind::gauge, "domain,domid", "Memory a domain has now.", kStat},
    {"xen.pcpu_idle_time", "ns", MetricKind::counter, "pcpu", "Time a physical CPU ran no vCPU.",
     "libxenctrl xc_getcpuinfo (XEN_SYSCTL_getcpuinfo)"},
    {"xen.vcpu_running", "share", MetricKind::gauge, kVcpuLabels,
     "1 when the vCPU is on a physical CPU at the instant of the sample, else 0. Always 1 of the vCPU of dom0 that "
     "takes "
     "the sample.",
     kVcpuInfo},
    {"xen.vcpu_runnable", "share", MetricKind::gauge, kVcpuLabels,
     "1 when the vCPU could run and waits for a physical CPU, else 0.", kVcpuInfo},
    {"xen.vcpu_blocked", "share", MetricKind::gauge, kVcpuLabels,
     "1 when the vCPU waits for an event or is paused, else 0.", kVcpuInfo},
    {"xen.vcpu_offline", "share", MetricKind::gauge, kVcpuLabels, "1 when the vCPU is offline, else 0.", kVcpuInfo},
    {"xen.vcpu_pcpu", "number", MetricKind::gauge, kVcpuLabels, "Physical CPU that the vCPU runs on or ran on last.",
     kVcpuInfo},
    {"xen.busy_time", "ns", MetricKind::counter, "",
     "Time that physical CPUs did not idle, all together, since the recording began. In every sample it is what the "
     "domains were charged since then + xen.unattributed_time.",
     "CLOCK_MONOTONIC_RAW and xen.pcpu_idle_time"},
    {"xen.unattributed_time", "ns", MetricKind::gauge, "",
     "Busy time since the recording began that no domain was charged with. Near 0, and now and then below, because Xen "
     "charges its own work to the vCPU that is current and the readings are a little apart; it is not Xen's share.",
     "xen.busy_time and xen.domain_cpu_time"},
    {"xen.backward_time", "ns", MetricKind::counter, "",
     "How far times of vCPUs and idle times were read below their reading before, summed: Xen's clocks of two physical "
     "CPUs differ. The reading before is kept then; a fall of 10 ms or more is shown as it is.",
     "xen.vcpu_cpu_time and xen.pcpu_idle_time"},
    {"xen.vif_guest_rx_bytes", "bytes", MetricKind::counter, "domain,domid,vif",
     "Bytes the guest received through the vif: what dom0's device transmitted.", kVif},
    {"xen.vif_guest_tx_bytes", "bytes", MetricKind::counter, "domain,domid,vif",
     "Bytes the guest transmitted through the vif: what dom0's device received.", kVif},
    {"xen.vif_guest_rx_packets", "packets", MetricKind::counter, "domain,domid,vif",
     "Packets the guest received through the vif, large (GSO) ones counted once.", kVif},
    {"xen.vif_guest_tx_packets", "packets", MetricKind::counter, "domain,domid,vif",
     "Packets the guest transmitted through the vif, large (GSO) ones counted once.", kVif},
}};
constexpr auto kMetrics = told_apart_by("vif", told_apart_by("domain", kDeclared));

class Xen : public Collector {
 public:
  explicit Xen(XenLibraryOpen open_library = XenLibrary::open) : open_library_(std::move(open_library)) {}

  std::string_view name() const override { return "xen"; }
  std::string_view help() const override {
    return "In dom0: Xen's CPU time of every domain, vCPU and physical CPU, what vCPUs do, every guest's vif traffic.";
  }
  CollectorScope scope() const override { return CollectorScope::machine; }
  std::span<const Metric> metrics() const override { return kMetrics; }

  Result<void> probe(const Host& host) const override {
    SRIOV_TRY(open_library_(host));
    return {};
  }

  Result<void> open(const Host& host, const CollectorOptions&, Recorder& recorder) override {
    host_ = host;
    SRIOV_ASSIGN(auto library, open_library_(host));
    xen_.emplace(std::move(library));
    if (auto links = LinkStats::open_shared()) links_ = std::move(*links);
    if (const auto domains = xen_->domains())
      for (const XenDomain& domain : *domains) columns_of(domain, recorder);
    for (std::size_t i = 0; i < machine_columns_.size(); ++i)
      machine_columns_[i] = recorder.column(kMetrics[kBusyTime + i], {});
    return {};
  }

  void sample(Recorder& recorder) override {
    const auto domains = xen_->domains();
    // Read at once after the domains: what lies between them is unattributed.
    const std::int64_t now_ns = raw_monotonic_ns();  // As Xen's clock: dom0's CLOCK_MONOTONIC follows NTP.
    const auto idle_ns = xen_->idle_ns();
    sample_pcpus(idle_ns, recorder);
    if (domains) {
      hold_steady(*domains, recorder);
      for (const XenDomain& domain : steady_domains_) sample_domain(domain, recorder);
      if (!idle_ns.empty()) sample_machine(now_ns, recorder);
    }
    sample_vifs(recorder);
  }

 private:
  struct DomainColumns {
    std::string name;
    std::size_t cpu_time = 0;
    std::size_t vcpus = 0;
    std::size_t memory = 0;
    std::vector<std::size_t> vcpu_cpu_time;
    std::vector<std::array<std::size_t, kVcpuPcpu - kVcpuRunning + 1>> vcpu_state;
    std::vector<SteadyReading> steady_vcpus;
  };
  struct VifColumns {
    std::optional<VifId> id;
    bool ready = false;  ///< The columns wait for the domain's name.
    std::array<std::size_t, 4> columns{};
  };

  static Labels domain_labels(unsigned domid, const std::string& name) {
    return {{"domain", name}, {"domid", std::to_string(domid)}};
  }

  /// Made when a domain is first seen, changes its name or gets more vCPUs.
  const DomainColumns& columns_of(const XenDomain& domain, Recorder& recorder) {
    const auto [place, is_new] = domains_.try_emplace(domain.domid);
    DomainColumns& columns = place->second;
    if (!is_new && columns.name == domain.name && columns.vcpu_cpu_time.size() >= domain.vcpu_ns.size()) return columns;
    const Labels labels = domain_labels(domain.domid, domain.name);
    columns.name = domain.name;
    columns.cpu_time = recorder.column(kMetrics[kDomainCpuTime], labels);
    columns.vcpus = recorder.column(kMetrics[kDomainVcpus], labels);
    columns.memory = recorder.column(kMetrics[kDomainMemory], labels);
    columns.vcpu_cpu_time.clear();
    columns.vcpu_state.clear();
    for (std::size_t vcpu = 0; vcpu < domain.vcpu_ns.size(); ++vcpu) {
      Labels with_vcpu = labels;
      with_vcpu.emplace_back("vcpu", std::to_string(vcpu));
      columns.vcpu_cpu_time.push_back(recorder.column(kMetrics[kVcpuCpuTime], with_vcpu));
      auto& state = columns.vcpu_state.emplace_back();
      for (std::size_t i = 0; i < state.size(); ++i) state[i] = recorder.column(kMetrics[kVcpuRunning + i], with_vcpu);
    }
    return columns;
  }

  /// Copies what was read, with times that do not fall by less than Xen's clocks are apart.
  void hold_steady(std::span<const XenDomain> domains, Recorder& recorder) {
    if (steady_domains_.size() != domains.size()) steady_domains_.resize(domains.size());
    for (std::size_t i = 0; i < domains.size(); ++i) {
      XenDomain& domain = steady_domains_[i];
      domain = domains[i];
      (void)columns_of(domain, recorder);
      std::vector<SteadyReading>& readings = domains_.at(domain.domid).steady_vcpus;
      readings.resize(domain.vcpu_ns.size());
      if (!readings.empty()) domain.cpu_ns = 0;
      for (std::size_t vcpu = 0; vcpu < readings.size(); ++vcpu) {
        domain.vcpu_ns[vcpu] = readings[vcpu].hold(domain.vcpu_ns[vcpu]);
        backward_ns_ += readings[vcpu].held_back_ns();
        domain.cpu_ns += domain.vcpu_ns[vcpu];
      }
    }
  }

  void sample_domain(const XenDomain& domain, Recorder& recorder) {
    const DomainColumns& columns = columns_of(domain, recorder);
    recorder.set(columns.cpu_time, domain.cpu_ns);
    recorder.set(columns.vcpus, domain.online_vcpus);
    recorder.set(columns.memory, domain.memory_bytes);
    for (std::size_t i = 0; i < domain.vcpu_ns.size(); ++i) {
      recorder.set(columns.vcpu_cpu_time[i], domain.vcpu_ns[i]);
      const auto& state = columns.vcpu_state[i];
      if (domain.vcpu_states[i] == VcpuState::unknown) continue;
      constexpr std::array kStates{VcpuState::running, VcpuState::runnable, VcpuState::blocked, VcpuState::offline};
      for (std::size_t k = 0; k < kStates.size(); ++k)
        recorder.set(state[k], domain.vcpu_states[i] == kStates[k] ? 1 : 0);
      recorder.set(state.back(), domain.vcpu_pcpus[i]);
    }
  }

  void sample_pcpus(std::span<const std::int64_t> idle_ns, Recorder& recorder) {
    while (pcpu_columns_.size() < idle_ns.size())
      pcpu_columns_.push_back(
          recorder.column(kMetrics[kPcpuIdleTime], {{"pcpu", std::to_string(pcpu_columns_.size())}}));
    steady_idle_.resize(pcpu_columns_.size());
    idle_ns_.assign(idle_ns.begin(), idle_ns.end());
    for (std::size_t i = 0; i < idle_ns_.size(); ++i) {
      if (idle_ns_[i] == kAbsent) continue;
      idle_ns_[i] = steady_idle_[i].hold(idle_ns_[i]);
      backward_ns_ += steady_idle_[i].held_back_ns();
      recorder.set(pcpu_columns_[i], idle_ns_[i]);
    }
  }

  void sample_machine(std::int64_t now_ns, Recorder& recorder) {
    busy_.update(now_ns, idle_ns_, steady_domains_);
    const std::array<std::int64_t, 3> values{busy_.busy_ns(), busy_.unattributed_ns(), backward_ns_};
    for (std::size_t i = 0; i < values.size(); ++i) recorder.set(machine_columns_[i], values[i]);
  }

  void sample_vifs(Recorder& recorder) {
    if (!links_) return;
    const auto samples = links_->read_row();
    if (!samples) return;
    while (vifs_.size() < links_->links().size())
      vifs_.push_back({vif_of(host_, links_->links()[vifs_.size()].name), false, {}});
    for (const LinkSample& sample : *samples) {
      VifColumns& vif = vifs_[sample.link];
      if (!vif.id || !have_columns(vif, links_->links()[sample.link].name, recorder)) continue;
      const GuestTraffic guest = guest_traffic(sample.counters);
      recorder.set(vif.columns[0], guest.rx_bytes);
      recorder.set(vif.columns[1], guest.tx_bytes);
      recorder.set(vif.columns[2], guest.rx_packets);
      recorder.set(vif.columns[3], guest.tx_packets);
    }
  }

  bool have_columns(VifColumns& vif, const std::string& device, Recorder& recorder) {
    if (vif.ready) return true;
    const auto domain = domains_.find(vif.id->domid);
    if (domain == domains_.end()) return false;
    Labels labels = domain_labels(vif.id->domid, domain->second.name);
    labels.emplace_back("vif", device);
    for (std::size_t i = 0; i < vif.columns.size(); ++i)
      vif.columns[i] = recorder.column(kMetrics[kVifRxBytes + i], labels);
    return vif.ready = true;
  }

  XenLibraryOpen open_library_;
  Host host_;
  std::optional<XenLibrary> xen_;
  std::shared_ptr<LinkStats> links_;
  std::unordered_map<unsigned, DomainColumns> domains_;  ///< By domid.
  std::vector<std::size_t> pcpu_columns_;
  std::vector<XenDomain> steady_domains_;
  std::vector<SteadyReading> steady_idle_;  ///< By physical CPU, as is idle_ns_: what was read, held steady.
  std::vector<std::int64_t> idle_ns_;
  std::int64_t backward_ns_ = 0;
  BusyTime busy_;
  std::array<std::size_t, kBackwardTime - kBusyTime + 1> machine_columns_{};
  std::vector<VifColumns> vifs_;  ///< By index of the link.
};

const Registration<Collector, Xen> registration{"xen"};

}  // namespace

std::unique_ptr<Collector> make_xen_collector(XenLibraryOpen open) { return std::make_unique<Xen>(std::move(open)); }

}  // namespace sriov
