// The traffic of every network device. In a guest this is the throughput of a VF.
#include <array>
#include <memory>

#include "collector/collector.h"
#include "collector/net/link_stats.h"
#include "core/pci_address.h"

namespace sriov {
namespace {

constexpr std::string_view kLabels = "device,driver,pci";
constexpr std::string_view kSource = "rtnetlink RTM_GETSTATS, IFLA_STATS_LINK_64 (RTM_GETLINK, IFLA_STATS64)";

constexpr std::array<Metric, 10> kDeclared{{
    {"netdev.rx_bytes", "bytes", MetricKind::counter, kLabels,
     "Bytes the device received, from this machine's point of view; dom0's vif receives what the guest transmits.",
     kSource},
    {"netdev.tx_bytes", "bytes", MetricKind::counter, kLabels, "Bytes the device transmitted.", kSource},
    {"netdev.rx_packets", "packets", MetricKind::counter, kLabels,
     "Packets the device received, after GRO or LRO where the driver counts so.", kSource},
    {"netdev.tx_packets", "packets", MetricKind::counter, kLabels,
     "Packets the device transmitted, before TSO where the driver counts so.", kSource},
    {"netdev.rx_errors", "packets", MetricKind::counter, kLabels, "Bad packets received.", kSource},
    {"netdev.tx_errors", "packets", MetricKind::counter, kLabels, "Packets that could not be transmitted.", kSource},
    {"netdev.rx_dropped", "packets", MetricKind::counter, kLabels, "Received packets dropped for lack of room.",
     kSource},
    {"netdev.tx_dropped", "packets", MetricKind::counter, kLabels, "Packets dropped on their way out.", kSource},
    {"netdev.rx_missed_errors", "packets", MetricKind::counter, kLabels,
     "Packets the card dropped because the host had left it no buffer; not in rx_dropped.", kSource},
    {"netdev.rx_nohandler", "packets", MetricKind::counter, kLabels,
     "Packets dropped because nobody takes them there: of an inactive port of a bond. Linux 4.6 and later.", kSource},
}};
constexpr auto kMetrics = told_apart_by("device", kDeclared);

constexpr std::array<__u64 rtnl_link_stats64::*, kMetrics.size()> kFields{
    &rtnl_link_stats64::rx_bytes,    &rtnl_link_stats64::tx_bytes,   &rtnl_link_stats64::rx_packets,
    &rtnl_link_stats64::tx_packets,  &rtnl_link_stats64::rx_errors,  &rtnl_link_stats64::tx_errors,
    &rtnl_link_stats64::rx_dropped,  &rtnl_link_stats64::tx_dropped, &rtnl_link_stats64::rx_missed_errors,
    &rtnl_link_stats64::rx_nohandler};

class Netdev : public Collector {
 public:
  std::string_view name() const override { return "netdev"; }
  std::string_view help() const override {
    return "Bytes, packets, errors and drops of every network device, 64 bits wide, from rtnetlink.";
  }
  CollectorScope scope() const override { return CollectorScope::network_namespace; }
  std::span<const Metric> metrics() const override { return kMetrics; }

  Result<void> probe(const Host& host) const override {
    if (!host.is_live()) return fail_environment("rtnetlink answers for the running machine, not for a captured tree");
    SRIOV_TRY(LinkStats::open());
    return {};
  }

  Result<void> open(const Host&, const CollectorOptions&, Recorder& recorder) override {
    SRIOV_ASSIGN(stats_, LinkStats::open_shared());
    add_columns(recorder);
    return {};
  }

  void sample(Recorder& recorder) override {
    const auto samples = stats_->read_row();
    if (!samples) return;
    add_columns(recorder);
    for (const LinkSample& sample : *samples) {
      const Columns& columns = columns_[sample.link];
      for (std::size_t i = 0; i < kFields.size(); ++i) recorder.set(columns[i], sample.counters.value(kFields[i]));
    }
  }

 private:
  using Columns = std::array<std::size_t, kMetrics.size()>;

  /// For the links that are new since the last row.
  void add_columns(Recorder& recorder) {
    while (columns_.size() < stats_->links().size()) {
      const Link& link = stats_->links()[columns_.size()];
      Labels labels{{"device", link.name}};
      if (!link.driver.empty()) labels.emplace_back("driver", link.driver);
      if (is_pci_address(link.bus_info)) labels.emplace_back("pci", link.bus_info);
      Columns& columns = columns_.emplace_back();
      for (std::size_t i = 0; i < kMetrics.size(); ++i) columns[i] = recorder.column(kMetrics[i], labels);
    }
  }

  std::shared_ptr<LinkStats> stats_;
  std::vector<Columns> columns_;  ///< By index of the link.
};

const Registration<Collector, Netdev> registration{"netdev"};

}  // namespace
}  // namespace sriov
