// Xen's own accounts, read in dom0: CPU time of domains, vCPUs and physical CPUs, and the traffic of the vifs.
#include <array>
#include <memory>
#include <optional>
#include <unordered_map>

#include "collector/collector.h"
#include "collector/link_stats.h"
#include "collector/xen_library.h"
#include "collector/xen_vif.h"

namespace sriov {
namespace {

constexpr std::string_view kStat = "libxenstat (XEN_SYSCTL_getdomaininfolist, XEN_DOMCTL_getvcpuinfo)";
constexpr std::string_view kVif = "rtnetlink counters of dom0's vifD.N";

enum MetricIndex : std::size_t {
  kDomainCpuTime,
  kVcpuCpuTime,
  kDomainVcpus,
  kDomainMemory,
  kPcpuIdleTime,
  kVifRxBytes,
  kVifTxBytes,
  kVifRxPackets,
  kVifTxPackets,
  kMetricCount
};

constexpr std::array<Metric, kMetricCount> kMetrics{{
    {"xen.domain_cpu_time", "ns", MetricKind::counter, "domain,domid",
     "Physical CPU time charged to a domain; work that Xen does while a vCPU is current is charged to that vCPU.",
     kStat},
    {"xen.vcpu_cpu_time", "ns", MetricKind::counter, "domain,domid,vcpu", "Physical CPU time charged to a vCPU.",
     kStat},
    {"xen.domain_vcpus", "count", MetricKind::gauge, "domain,domid", "Online vCPUs of a domain.", kStat},
    {"xen.domain_memory_bytes", "bytes", MetricKind::gauge, "domain,domid", "Memory a domain has now.", kStat},
    {"xen.pcpu_idle_time", "ns", MetricKind::counter, "pcpu", "Time a physical CPU ran no vCPU.",
     "libxenctrl xc_getcpuinfo (XEN_SYSCTL_getcpuinfo)"},
    {"xen.vif_guest_rx_bytes", "bytes", MetricKind::counter, "domain,domid,vif",
     "Bytes the guest received through the vif: what dom0's device transmitted.", kVif},
    {"xen.vif_guest_tx_bytes", "bytes", MetricKind::counter, "domain,domid,vif",
     "Bytes the guest transmitted through the vif: what dom0's device received.", kVif},
    {"xen.vif_guest_rx_packets", "packets", MetricKind::counter, "domain,domid,vif",
     "Packets the guest received through the vif, large (GSO) ones counted once.", kVif},
    {"xen.vif_guest_tx_packets", "packets", MetricKind::counter, "domain,domid,vif",
     "Packets the guest transmitted through the vif, large (GSO) ones counted once.", kVif},
}};

class Xen : public Collector {
 public:
  std::string_view name() const override { return "xen"; }
  std::string_view help() const override {
    return "In dom0: Xen's CPU time of every domain, vCPU and physical CPU, and every guest's vif traffic.";
  }
  std::span<const Metric> metrics() const override { return kMetrics; }

  Result<void> probe(const Host& host) const override {
    SRIOV_TRY(XenLibrary::open(host));
    return {};
  }

  Result<void> open(const Host& host, const CollectorOptions&, Recorder& recorder) override {
    host_ = host;
    SRIOV_ASSIGN(auto library, XenLibrary::open(host));
    xen_.emplace(std::move(library));
    if (auto links = LinkStats::open_shared()) links_ = std::move(*links);
    if (const auto domains = xen_->domains())
      for (const XenDomain& domain : *domains) columns_of(domain, recorder);
    return {};
  }

  void sample(Recorder& recorder) override {
    if (const auto domains = xen_->domains())
      for (const XenDomain& domain : *domains) sample_domain(domain, recorder);
    const auto idle_ns = xen_->idle_ns();
    while (pcpu_columns_.size() < idle_ns.size())
      pcpu_columns_.push_back(
          recorder.column(kMetrics[kPcpuIdleTime], {{"pcpu", std::to_string(pcpu_columns_.size())}}));
    for (std::size_t i = 0; i < idle_ns.size(); ++i) recorder.set(pcpu_columns_[i], idle_ns[i]);
    sample_vifs(recorder);
  }

 private:
  struct DomainColumns {
    std::string name;
    std::size_t cpu_time = 0;
    std::size_t vcpus = 0;
    std::size_t memory = 0;
    std::vector<std::size_t> vcpu_cpu_time;
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
    for (std::size_t vcpu = 0; vcpu < domain.vcpu_ns.size(); ++vcpu) {
      Labels with_vcpu = labels;
      with_vcpu.emplace_back("vcpu", std::to_string(vcpu));
      columns.vcpu_cpu_time.push_back(recorder.column(kMetrics[kVcpuCpuTime], std::move(with_vcpu)));
    }
    return columns;
  }

  void sample_domain(const XenDomain& domain, Recorder& recorder) {
    const DomainColumns& columns = columns_of(domain, recorder);
    recorder.set(columns.cpu_time, domain.cpu_ns);
    recorder.set(columns.vcpus, domain.online_vcpus);
    recorder.set(columns.memory, domain.memory_bytes);
    for (std::size_t i = 0; i < domain.vcpu_ns.size(); ++i) recorder.set(columns.vcpu_cpu_time[i], domain.vcpu_ns[i]);
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

  Host host_;
  std::optional<XenLibrary> xen_;
  std::shared_ptr<LinkStats> links_;
  std::unordered_map<unsigned, DomainColumns> domains_;  ///< By domid.
  std::vector<std::size_t> pcpu_columns_;
  std::vector<VifColumns> vifs_;  ///< By index of the link.
};

const Registration<Collector, Xen> registration{"xen"};

}  // namespace
}  // namespace sriov
