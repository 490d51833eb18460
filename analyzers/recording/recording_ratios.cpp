#include "analyzers/recording/recording_ratios.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "core/text.h"

namespace sriov {
namespace {

constexpr double kBytesPerMebibyte = 1024.0 * 1024;
constexpr const char* kMisses = "iotlb.misses";
constexpr const char* kExits = "vmexit.exits";
constexpr const char* kInterrupts = "interrupts.count";

using Filter = std::function<bool(const SeriesRate&)>;

bool has(const SeriesRate& rate, std::string_view name) { return !label(rate.labels, name).empty(); }
bool is_vf_driver(const SeriesRate& rate) { return label(rate.labels, "driver").ends_with("vf"); }

/// Real devices and VFs; not those that a device model emulates, whose DMA no IOMMU sees.
bool is_on_pci(const SeriesRate& rate) {
  static constexpr std::array<std::string_view, 4> kEmulated{"e1000", "8139cp", "8139too", "virtio_net"};
  return has(rate, "pci") &&
         std::find(kEmulated.begin(), kEmulated.end(), label(rate.labels, "driver")) == kEmulated.end();
}

/// Both directions of some devices.
struct Traffic {
  double packets_per_s = 0;
  double bytes_per_s = 0;
  std::set<std::string> devices;  ///< "guest1 eth1".

  [[nodiscard]] bool was_sampled() const { return !devices.empty(); }
  [[nodiscard]] std::string names() const {
    return join(std::vector<std::string>(devices.begin(), devices.end()), ", ");
  }
};

class Ratios {
 public:
  explicit Ratios(std::span<const SeriesRate> rates) : rates_(rates) {}

  std::vector<RecordedRatio> take() {
    add_interrupts();
    add_exits();
    add_misses();
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::optional<double> sum(const Filter& filter) const {
    std::optional<double> total;
    for (const SeriesRate& rate : rates_)
      if (filter(rate)) total = total.value_or(0) + rate.per_s;
    return total;
  }

  /// Of the series "<prefix>rx_packets" and so on that pass.
  [[nodiscard]] Traffic traffic(const std::string& prefix, const std::string& name_label, const Filter& filter) const {
    Traffic out;
    for (const SeriesRate& rate : rates_) {
      if (!rate.metric.starts_with(prefix) || !filter(rate)) continue;
      const std::string_view what = std::string_view(rate.metric).substr(prefix.size());
      if (what == "rx_packets" || what == "tx_packets")
        out.packets_per_s += rate.per_s;
      else if (what == "rx_bytes" || what == "tx_bytes")
        out.bytes_per_s += rate.per_s;
      else
        continue;
      out.devices.insert(fmt::format("{} {}", rate.endpoint, label(rate.labels, name_label)));
    }
    return out;
  }

  /// The values of a label over the series that pass, with the endpoint.
  [[nodiscard]] std::set<std::pair<std::string, std::string>> values(const char* metric, const char* name) const {
    std::set<std::pair<std::string, std::string>> out;
    for (const SeriesRate& rate : rates_)
      if (rate.metric == metric && has(rate, name)) out.emplace(rate.endpoint, label(rate.labels, name));
    return out;
  }

  void add(const std::string& endpoint, const char* what, const char* per, const std::string& of,
           const Traffic& traffic, std::optional<double> count, double amount) {
    if (!count || !traffic.was_sampled() || amount <= 0) return;
    out_.push_back({endpoint, fmt::format("{} per {}", what, per), of, traffic.names(), *count / amount});
  }

  void add_interrupts() {
    for (const auto& [endpoint, device] : values(kInterrupts, "device")) {
      const auto is_its = [&, &host = endpoint, &name = device](const SeriesRate& rate) {
        return rate.endpoint == host && label(rate.labels, "device") == name;
      };
      const Traffic carried = traffic("netdev.", "device", is_its);
      const auto count = sum([&](const SeriesRate& rate) { return rate.metric == kInterrupts && is_its(rate); });
      add(endpoint, kInterrupts, "packet", "device=" + device, carried, count, carried.packets_per_s);
    }
  }

  /// A domain that has a VF without counters carries more than its vifs say.
  [[nodiscard]] Traffic traffic_of_domain(const std::string& domain) const {
    const auto is_its = [&](const SeriesRate& rate) { return label(rate.labels, "domain") == domain; };
    Traffic carried = traffic("vf.", "vf", is_its);
    const bool has_vf =
        sum([&](const SeriesRate& rate) { return rate.metric == "vf.present" && is_its(rate); }).has_value();
    if (carried.was_sampled() || !has_vf) {
      const Traffic vifs = traffic("xen.vif_guest_", "vif", is_its);
      carried.packets_per_s += vifs.packets_per_s;
      carried.devices.insert(vifs.devices.begin(), vifs.devices.end());
    }
    if (carried.was_sampled()) return carried;
    return traffic("netdev.", "device", [&](const SeriesRate& rate) {
      return rate.endpoint == domain && label(rate.labels, "device") != "lo";
    });
  }

  void add_exits() {
    for (const auto& [endpoint, domain] : values(kExits, "domain")) {
      const Traffic carried = traffic_of_domain(domain);
      const auto count = sum([&, &host = endpoint, &name = domain](const SeriesRate& rate) {
        return rate.metric == kExits && rate.endpoint == host && label(rate.labels, "domain") == name;
      });
      add(endpoint, kExits, "packet", "domain=" + domain, carried, count, carried.packets_per_s);
    }
  }

  void add_misses(const std::string& endpoint, const std::string& of, const Traffic& carried, const Filter& filter) {
    const auto count = sum(
        [&](const SeriesRate& rate) { return rate.metric == kMisses && rate.endpoint == endpoint && filter(rate); });
    add(endpoint, kMisses, "packet", of, carried, count, carried.packets_per_s);
    add(endpoint, kMisses, "MiB", of, carried, count, carried.bytes_per_s / kBytesPerMebibyte);
  }

  void add_misses() {
    for (const auto& [endpoint, vf] : values(kMisses, "vf")) {
      const auto is_its = [&name = vf](const SeriesRate& rate) { return label(rate.labels, "vf") == name; };
      add_misses(endpoint, "vf=" + vf, traffic("vf.", "vf", is_its), is_its);
    }
    std::set<std::string> endpoints;
    for (const SeriesRate& rate : rates_)
      if (rate.metric == kMisses) endpoints.insert(rate.endpoint);
    const auto is_any = [](const SeriesRate&) { return true; };
    Traffic vfs = traffic("vf.", "vf", is_any);
    if (!vfs.was_sampled()) vfs = traffic("netdev.", "device", is_vf_driver);
    for (const std::string& endpoint : endpoints) {
      add_misses(endpoint, "all VFs", vfs, [](const SeriesRate& rate) { return has(rate, "vf"); });
      add_misses(endpoint, "all devices", traffic("netdev.", "device", is_on_pci),
                 [](const SeriesRate& rate) { return !has(rate, "requester"); });
    }
  }

  std::span<const SeriesRate> rates_;
  std::vector<RecordedRatio> out_;
};

}  // namespace

std::vector<RecordedRatio> recording_ratios(std::span<const SeriesRate> rates) { return Ratios(rates).take(); }

}  // namespace sriov
