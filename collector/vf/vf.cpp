// The traffic of virtual functions as the host sees it, from the VF's side, and that of the port they share.
#include <linux/rtnetlink.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "collector/collector.h"
#include "collector/net/link_stats.h"
#include "collector/vf/mac_counters.h"
#include "collector/vf/vf_port_counters.h"
#include "collector/xen/xenstore.h"
#include "core/text.h"
#include "host/clock.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr std::string_view kLabels = "device,driver,index,vf,via,domain,domid";
constexpr std::string_view kSource =
    "via=netlink: RTM_GETLINK, IFLA_VF_STATS; representor: its own counters, turned round; registers: PFVFGPRC and kin";
constexpr std::string_view kPortLabels = "device,driver";
constexpr std::string_view kMacSource = "SIOCETHTOOL ETHTOOL_GSTATS: the statistics that the driver keeps of its port";
constexpr std::string_view kPfSource = "rtnetlink counters of the PF's device";

enum MetricIndex : std::size_t {
  kFirstMac = kVfCounterCount,
  kFirstPf = kFirstMac + kMacCounterCount,
  kPresent = kFirstPf + 2,
  kMetricCount
};

constexpr std::array<Metric, kMetricCount> kDeclared{{
    {"vf.rx_bytes", "bytes", MetricKind::counter, kLabels,
     "Bytes the VF received, from its own side. Many drivers refresh it every second or two only: rates over less than "
     "a few seconds are steps, not traffic. Registers count the frame check sequence too.",
     kSource},
    {"vf.tx_bytes", "bytes", MetricKind::counter, kLabels, "Bytes the VF transmitted; as vf.rx_bytes.", kSource},
    {"vf.rx_packets", "packets", MetricKind::counter, kLabels, "Packets the VF received, as they were on the wire.",
     kSource},
    {"vf.tx_packets", "packets", MetricKind::counter, kLabels, "Packets the VF transmitted, as they were on the wire.",
     kSource},
    {"vf.rx_dropped", "packets", MetricKind::counter, kLabels, "Packets for the VF that the card dropped.", kSource},
    {"vf.tx_dropped", "packets", MetricKind::counter, kLabels, "Packets of the VF that the card dropped.", kSource},
    {"vf.rx_broadcast", "packets", MetricKind::counter, kLabels, "Broadcasts the VF received.", kSource},
    {"vf.rx_multicast", "packets", MetricKind::counter, kLabels, "Multicasts the VF received.", kSource},
    {"vf.mac_rx_bytes", "bytes", MetricKind::counter, kPortLabels,
     "Bytes the port took from the wire, for the PF and all VFs; with the frame check sequence on some cards.",
     kMacSource},
    {"vf.mac_tx_bytes", "bytes", MetricKind::counter, kPortLabels,
     "Bytes the port sent to the wire. What VFs and PF transmitted beyond it stayed within the card.", kMacSource},
    {"vf.mac_rx_packets", "packets", MetricKind::counter, kPortLabels, "Packets the port took from the wire.",
     kMacSource},
    {"vf.mac_tx_packets", "packets", MetricKind::counter, kPortLabels, "Packets the port sent to the wire.",
     kMacSource},
    {"vf.pf_rx_bytes", "bytes", MetricKind::counter, kPortLabels,
     "Bytes the PF's own device received; absent in switchdev mode, where that device counts the port.", kPfSource},
    {"vf.pf_tx_bytes", "bytes", MetricKind::counter, kPortLabels,
     "Bytes the PF's own device transmitted; absent in switchdev mode.", kPfSource},
    {"vf.present", "count", MetricKind::gauge, "device,driver,index,vf,domain,domid,vf_driver,netdev",
     "1 while the VF exists: whose it is, whether or not its counters are known.",
     "sysfs virtfnN and the VF's driver; Xenstore backend/pci"},
}};
constexpr auto kMetrics = told_apart_by("device", kDeclared);

constexpr std::array<CollectorOption, 2> kOptions{{
    {"registers", "off",
     "on: read an 82576's counters from its registers, as root; a locked-down kernel refuses, and most need "
     "iomem=relaxed"},
    {"mac", "on", "off: leave out what the port's MAC counts"},
}};

Result<bool> read_switch(const CollectorOptions& options, std::string_view name) {
  const std::string value = option_value(kOptions, options, name);
  if (value == "on" || value == "off") return value == "on";
  return fail_usage(fmt::format("'{}' is neither on nor off", value), fmt::format("collector vf, option {}", name));
}

bool is_switchdev(const VfPort& port) {
  return std::any_of(port.vfs.begin(), port.vfs.end(), [](const RepresentedVf& vf) { return !vf.representor.empty(); });
}

/// One PF with its columns.
struct Port {
  Port(const VfPort& port, const VfPortOptions& options, bool with_mac) : counters(port, options) {
    if (options.live && with_mac) mac = MacReader::open(port.netdev, port.driver);
  }

  using VfColumns = std::array<std::size_t, kVfCounterCount>;
  VfPortCounters counters;
  std::optional<MacReader> mac;
  bool has_pf_counters = false;
  std::vector<std::size_t> present_columns;  ///< One a VF.
  std::vector<VfColumns> vf_columns;         ///< By index of the VF; only those of the source's counters are good.
  std::array<std::size_t, kMacCounterCount> mac_columns{};
  std::array<std::size_t, 2> pf_columns{};

  [[nodiscard]] bool has_anything() const { return counters.source() != VfSource::none || mac; }
};

/// A network device whose counters are a VF's or a PF's.
struct LinkRole {
  Port* port = nullptr;
  bool is_pf = false;
  unsigned vf = 0;
};

class Vf : public Collector {
 public:
  std::string_view name() const override { return "vf"; }
  std::string_view help() const override {
    return "What each VF received and transmitted, as the host sees it: from the PF's driver, or from representors in "
           "switchdev mode, and the port's own counters. Drivers refresh them every second or two; of one that reports "
           "nothing it tells the reason.";
  }
  CollectorScope scope() const override { return CollectorScope::machine; }
  std::span<const Metric> metrics() const override { return kMetrics; }
  std::span<const CollectorOption> options() const override { return kOptions; }

  Result<void> check_values(const CollectorOptions& options) const override {
    SRIOV_TRY(read_switch(options, "registers"));
    SRIOV_TRY(read_switch(options, "mac"));
    return {};
  }

  Result<void> probe(const Host& host) const override {
    if (!scan_vf_ports(host).empty()) return {};
    return fail_environment("no network card here has virtual functions", {},
                            "in a guest, netdev has the counters of its VF");
  }

  Result<void> open(const Host& host, const CollectorOptions& options, Recorder& recorder) override {
    SRIOV_ASSIGN(options_.registers, read_switch(options, "registers"));
    SRIOV_ASSIGN(with_mac_, read_switch(options, "mac"));
    options_.live = host.is_live();
    host_ = host;
    if (options_.live) {
      if (auto links = LinkStats::open_shared()) links_ = std::move(*links);
      if (auto events = NetlinkSocket::open(NETLINK_ROUTE, RTMGRP_LINK)) events_.emplace(std::move(*events));
    }
    if (auto store = Xenstore::open(host)) {
      xenstore_.emplace(std::move(*store));
      static_cast<void>(xenstore_->watch("backend/pci"));
    }
    lay_out(recorder);
    const auto has_anything = [](const auto& port) { return port->has_anything(); };
    if (std::any_of(ports_.begin(), ports_.end(), has_anything)) return {};
    std::vector<std::string> reasons;
    for (const Error& absence : absences()) reasons.push_back(absence.text());
    return fail_environment(reasons.empty() ? "no network card here has virtual functions" : join(reasons, "; "));
  }

  std::vector<Error> absences() const override {
    std::vector<Error> out;
    for (const auto& port : ports_)
      out.insert(out.end(), port->counters.absences().begin(), port->counters.absences().end());
    return out;
  }

  void sample(Recorder& recorder) override {
    if (layout_changed()) lay_out(recorder);
    const std::int64_t now_ns = monotonic_ns();
    for (const auto& port : ports_) {
      for (const std::size_t column : port->present_columns) recorder.set(column, 1);
      for (const VfReading& reading : port->counters.read(now_ns))
        put(*port, reading.index, reading.counters, recorder);
      outgrown_ = outgrown_ || port->counters.has_outgrown();
      if (!port->mac) continue;
      const MacReading mac = port->mac->read();
      for (std::size_t i = 0; i < mac.size(); ++i) recorder.set(port->mac_columns[i], mac[i]);
    }
    sample_links(recorder);
  }

 private:
  bool layout_changed() {
    const bool link_changed = events_ && events_->drain();
    const bool owner_changed = xenstore_ && xenstore_->has_changed();
    return std::exchange(outgrown_, false) || link_changed || owner_changed;
  }

  /// Ports, VFs and their guests as they are now. What is known of a port that stays is kept.
  void lay_out(Recorder& recorder) {
    std::vector<std::unique_ptr<Port>> now;
    for (VfPort& found : scan_vf_ports(host_)) {
      const auto same = std::find_if(ports_.begin(), ports_.end(),
                                     [&](const auto& port) { return port && port->counters.is(found); });
      if (same == ports_.end()) {
        now.push_back(std::make_unique<Port>(found, options_, with_mac_));
      } else {
        (*same)->counters.update(std::move(found));
        now.push_back(std::move(*same));
      }
    }
    ports_ = std::move(now);
    const std::vector<PciOwner> owners = xenstore_ ? pci_owners(*xenstore_) : std::vector<PciOwner>();
    for (const auto& port : ports_) add_columns(*port, owners, recorder);
    roles_.clear();
  }

  void add_columns(Port& port, const std::vector<PciOwner>& owners, Recorder& recorder) {
    const VfPort& found = port.counters.port();
    const VfSource source = port.counters.source();
    const Labels of_port{{"device", found.name()}, {"driver", found.driver}};
    port.vf_columns.clear();
    port.present_columns.clear();
    for (const RepresentedVf& vf : found.vfs) {
      if (port.vf_columns.size() <= vf.index) port.vf_columns.resize(vf.index + 1);
      Labels labels = of_port;
      labels.insert(labels.end(), {{"index", std::to_string(vf.index)}, {"vf", vf.pci_address}});
      const auto owner = std::find_if(owners.begin(), owners.end(),
                                      [&](const PciOwner& one) { return one.pci_address == vf.pci_address; });
      if (owner != owners.end())
        labels.insert(labels.end(), {{"domain", owner->domain}, {"domid", std::to_string(owner->domid)}});
      if (port.has_anything())
        port.present_columns.push_back(recorder.column(kMetrics[kPresent], with_holder(labels, vf)));
      labels.emplace_back("via", to_string(source));
      for (const VfCounter counter : counters_of(source))
        port.vf_columns[vf.index][counter] = recorder.column(kMetrics[counter], labels);
    }
    for (std::size_t i = 0; port.mac && i < port.mac_columns.size(); ++i)
      port.mac_columns[i] = recorder.column(kMetrics[kFirstMac + i], of_port);
    port.has_pf_counters = links_ && !found.netdev.empty() && !is_switchdev(found) && port.has_anything();
    for (std::size_t i = 0; port.has_pf_counters && i < port.pf_columns.size(); ++i)
      port.pf_columns[i] = recorder.column(kMetrics[kFirstPf + i], of_port);
  }

  /// What drives the VF on this host: pciback for a guest, or its own driver with a network device.
  [[nodiscard]] Labels with_holder(Labels labels, const VirtualFunction& vf) const {
    if (!vf.driver.empty()) labels.emplace_back("vf_driver", vf.driver);
    const auto netdevs = list_directory(host_.sys + "/bus/pci/devices/" + vf.pci_address + "/net");
    if (!netdevs.empty()) labels.emplace_back("netdev", netdevs.front());
    return labels;
  }

  static void put(const Port& port, unsigned vf, const VfCounters& counters, Recorder& recorder) {
    if (vf >= port.vf_columns.size()) return;
    for (const VfCounter counter : counters_of(port.counters.source()))
      recorder.set(port.vf_columns[vf][counter], counters[counter]);
  }

  void sample_links(Recorder& recorder) {
    if (!links_) return;
    const auto samples = links_->read_row();
    if (!samples) return;
    while (roles_.size() < links_->links().size()) roles_.push_back(role_of(links_->links()[roles_.size()].name));
    for (const LinkSample& sample : *samples) {
      const LinkRole& role = roles_[sample.link];
      if (role.port == nullptr) continue;
      if (!role.is_pf) {
        put(*role.port, role.vf, counters_of_representor(sample.counters), recorder);
        continue;
      }
      recorder.set(role.port->pf_columns[0], sample.counters.value(&rtnl_link_stats64::rx_bytes));
      recorder.set(role.port->pf_columns[1], sample.counters.value(&rtnl_link_stats64::tx_bytes));
    }
  }

  LinkRole role_of(const std::string& netdev) const {
    for (const auto& port : ports_) {
      const VfPort& found = port->counters.port();
      if (port->has_pf_counters && found.netdev == netdev) return {port.get(), true, 0};
      if (port->counters.source() != VfSource::representor) continue;
      for (const RepresentedVf& vf : found.vfs)
        if (vf.representor == netdev) return {port.get(), false, vf.index};
    }
    return {};
  }

  Host host_;
  VfPortOptions options_;
  bool with_mac_ = true;
  bool outgrown_ = false;
  std::vector<std::unique_ptr<Port>> ports_;
  std::shared_ptr<LinkStats> links_;
  std::vector<LinkRole> roles_;  ///< By index of the link.
  std::optional<NetlinkSocket> events_;
  std::optional<Xenstore> xenstore_;
};

const Registration<Collector, Vf> registration{"vf"};

}  // namespace
}  // namespace sriov
