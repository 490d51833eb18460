// What the drivers themselves count, per queue where they do: `ethtool -S`, without the text; and what the kernel has
// standard names for: `ethtool -S --all-groups`.
#include <array>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "collector/collector.h"
#include "collector/net/ethtool_names.h"
#include "collector/net/standard_statistics.h"
#include "core/pci_address.h"
#include "core/text.h"
#include "host/driver_statistics.h"
#include "host/ethtool_ioctl.h"

namespace sriov {
namespace {

constexpr std::array<Metric, 2> kMetrics{{
    {"ethtool.statistic", "count", MetricKind::counter, "device,driver,statistic,queue,direction",
     "A statistic of the driver, under the driver's own name; queue and direction where the name tells them. What it "
     "means is the driver's affair; a few are levels, not counters.",
     "SIOCETHTOOL ETHTOOL_GSTATS, ETH_SS_STATS", "device,statistic,direction"},
    {"ethtool.standard_statistic", "count", MetricKind::counter, "device,driver,group,statistic,direction",
     "A statistic under the name that IEEE 802.3 (groups eth-phy, eth-mac, eth-ctrl) or RMON (rmon) gives it, the same "
     "for all drivers that report it; direction for the histograms of sizes. Units are those of the standard's text: "
     "frames, octets (statistic Octets…), symbols.",
     "generic netlink, family ethtool: ETHTOOL_MSG_STATS_GET (Linux 5.13), names from ETH_SS_STATS_…",
     "device,group,statistic,direction"},
}};
constexpr std::array<CollectorOption, 2> kOptions{{
    {"devices", "auto", "Devices separated by commas; auto: the PCI devices and Xen front ends."},
    {"standard", "on", "off: leave out the standard statistics, for which some drivers ask their firmware."},
}};

std::string driver_of(const std::string& device) {
  const ethtool_drvinfo info = EthtoolDevice(device).driver();
  return ethtool_text(info.driver, sizeof info.driver);
}

/// The statistics of one device with their columns.
class DeviceStatistics {
 public:
  DeviceStatistics(const std::string& device, Recorder& recorder) : device_(device), statistics_(device) {
    lay_out(recorder);
  }

  /// A device whose set grew or shrank (another number of queues) gets its columns anew.
  void sample(Recorder& recorder) {
    const auto values = statistics_.read();
    if (statistics_.generation() != generation_) lay_out(recorder);
    for (std::size_t i = 0; values && i < values->size(); ++i)
      recorder.set(columns_[i], static_cast<std::int64_t>((*values)[i]));
  }

 private:
  void lay_out(Recorder& recorder) {
    const std::string driver = driver_of(device_);
    generation_ = statistics_.generation();
    columns_.clear();
    for (const std::string& name : statistics_.names()) {
      EthtoolName parts = parse_ethtool_name(name);
      Labels labels{{"device", device_}, {"driver", driver}, {"statistic", std::move(parts.statistic)}};
      if (!parts.queue.empty()) {
        labels.emplace_back("queue", std::move(parts.queue));
        labels.emplace_back("direction", std::move(parts.direction));
      }
      columns_.push_back(recorder.column(kMetrics[0], std::move(labels)));
    }
  }

  std::string device_;
  DriverStatistics statistics_;
  std::uint64_t generation_ = 0;  ///< Of the columns.
  std::vector<std::size_t> columns_;
};

/// Devices that carry guests' or the wire's traffic: on PCI, or a Xen front end. Bridges, veths and lo count nothing of
/// interest; vifs are many and dom0's netdev and xen collectors have them: all of these only when they are named.
bool is_default(const std::string& device) {
  const ethtool_drvinfo info = EthtoolDevice(device).driver();
  return is_pci_address(ethtool_text(info.bus_info, sizeof info.bus_info)) ||
         ethtool_text(info.driver, sizeof info.driver) == "xen_netfront";
}

/// Of this thread's network namespace; /sys/class/net shows that of whoever mounted it.
std::vector<std::string> present_devices() {
  std::vector<std::string> out;
  struct if_nameindex* list = ::if_nameindex();
  for (const struct if_nameindex* at = list; at != nullptr && at->if_index != 0; ++at) out.emplace_back(at->if_name);
  if (list != nullptr) ::if_freenameindex(list);
  return out;
}

bool has_statistics(const std::string& device) {
  return EthtoolDevice(device).string_count(ETH_SS_STATS).value_or(0) > 0;
}

class EthtoolCollector : public Collector {
 public:
  std::string_view name() const override { return "ethtool"; }
  std::string_view help() const override {
    return "Driver statistics (ethtool -S), per queue where the driver has them, and those with standard names.";
  }
  CollectorScope scope() const override { return CollectorScope::network_namespace; }
  std::span<const Metric> metrics() const override { return kMetrics; }
  std::span<const CollectorOption> options() const override { return kOptions; }

  Result<void> probe(const Host& host) const override {
    if (!host.is_live()) return fail_environment("drivers answer for the running machine, not for a captured tree");
    for (const std::string& device : present_devices())
      if (has_statistics(device)) return {};
    return fail_environment("no network device here has driver statistics");
  }

  Result<void> open(const Host&, const CollectorOptions& options, Recorder& recorder) override {
    const std::string devices = option_value(kOptions, options, "devices");
    const std::string standard = option_value(kOptions, options, "standard");
    if (standard != "on" && standard != "off")
      return fail_usage(fmt::format("'{}' is neither on nor off", standard), "collector ethtool, option standard");
    SRIOV_ASSIGN(const std::vector<std::string> wanted,
                 devices == "auto" ? by_default() : by_name(split(devices, ',')));
    for (const std::string& device : wanted) devices_.push_back(std::make_unique<DeviceStatistics>(device, recorder));
    if (standard == "on") open_standard(wanted, recorder);
    return {};
  }

  std::vector<Error> absences() const override { return absences_; }

  void sample(Recorder& recorder) override {
    for (const auto& device : devices_) device->sample(recorder);
    for (StandardStatistics& device : standard_) device.sample(recorder);
  }

 private:
  static Result<std::vector<std::string>> by_default() {
    std::vector<std::string> out;
    for (const std::string& device : present_devices())
      if (is_default(device) && has_statistics(device)) out.push_back(device);
    if (out.empty())
      return fail_environment("no PCI device or Xen front end here has driver statistics", {},
                              "name others with devices=…");
    return out;
  }

  static Result<std::vector<std::string>> by_name(const std::vector<std::string>& names) {
    const std::vector<std::string> present = present_devices();
    for (const std::string& device : names) {
      if (has_statistics(device)) continue;
      const std::string near = nearest(device, present);
      return fail_usage(fmt::format("'{}' is no network device with driver statistics", device), "devices",
                        near.empty() || near == device ? "" : fmt::format("did you mean '{}'?", near));
    }
    return names;
  }

  void open_standard(const std::vector<std::string>& devices, Recorder& recorder) {
    auto opened = open_standard_stats();
    if (!opened) return absences_.push_back(opened.error());
    source_ = std::move(*opened);
    for (const std::string& device : devices) {
      const std::string driver = driver_of(device);
      StandardStatistics statistics(device, driver, kMetrics[1], *source_, recorder);
      if (statistics.empty())
        absences_.push_back({fmt::format("{} reports no statistics with standard names", driver), device,
                             "its own names, ethtool.statistic, are there", ErrorKind::environment});
      else
        standard_.push_back(std::move(statistics));
    }
  }

  std::vector<std::unique_ptr<DeviceStatistics>> devices_;
  std::unique_ptr<StandardStatsSource> source_;
  std::vector<StandardStatistics> standard_;
  std::vector<Error> absences_;
};

const Registration<Collector, EthtoolCollector> registration{"ethtool"};

}  // namespace
}  // namespace sriov
