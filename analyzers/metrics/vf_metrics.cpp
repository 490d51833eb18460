// Traffic that never left the card: what functions transmitted beyond what its MAC sent.
#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analyzers/metrics/metric_groups.h"
#include "core/text.h"

namespace sriov {
namespace {

constexpr double kBitsPerByte = 8;
constexpr const char* kVfSent = "vf.tx_bytes";
constexpr const char* kMacSent = "vf.mac_tx_bytes";
constexpr const char* kPfSent = "vf.pf_tx_bytes";
constexpr const char* kPresent = "vf.present";
constexpr const char* kNetdevSent = "netdev.tx_bytes";

Quantity minus(const Quantity& a, const Quantity& b) {
  if (!a.value) return a;
  if (!b.value) return b;
  return Quantity::of(*a.value - *b.value);
}

Quantity plus(const Quantity& a, const Quantity& b) {
  if (!a.value) return a;
  if (!b.value) return b;
  return Quantity::of(*a.value + *b.value);
}

Quantity bits(const Quantity& bytes) { return bytes.value ? Quantity::of(*bytes.value * kBitsPerByte) : bytes; }

/// One PF as an endpoint (dom0) sampled it.
struct Card {
  const TrialView& view;
  std::string endpoint;
  std::string device;

  [[nodiscard]] bool is_its(const Labels& labels) const { return label(labels, "device") == device; }
  [[nodiscard]] LabelFilter its() const {
    return [this](const Labels& labels) { return is_its(labels); };
  }
  [[nodiscard]] Quantity rate(const char* metric) const { return view.rate(endpoint, metric, its()); }
  [[nodiscard]] bool has(const char* metric) const {
    const auto devices = view.label_values(endpoint, metric, "device");
    return std::find(devices.begin(), devices.end(), device) != devices.end();
  }
  [[nodiscard]] std::string name(const char* metric) const { return fmt::format("{}.{}.{}", metric, endpoint, device); }
  [[nodiscard]] std::string words(const char* what) const { return fmt::format("{} {}: {}", endpoint, device, what); }
};

/// What the MAC sent of what functions did; the rest stayed within the card.
Quantity mac_sent(const Card& card) {
  Quantity sent = card.rate(kMacSent);
  if (!sent.value && !card.has(kMacSent))
    sent.why = fmt::format(
        "{} was not sampled: what the MAC of {} sent is not known (a driver whose port statistics "
        "are not known, or a switch without them)",
        kMacSent, card.device);
  return sent;
}

/// What is within the card, of what all VFs together sent. The driver refreshes VF and port counters at different
/// times, and some cards count the frame check sequence (4 bytes a packet) and others do not: near 0 the sign means
/// nothing.
Quantity within_card(const Card& card, Quantity sent) {
  if (card.has(kPfSent)) sent = plus(sent, card.rate(kPfSent));
  return bits(minus(sent, mac_sent(card)));
}

/// Absent unless every VF told what it sent all the time: the others' sum would be taken for all of it.
Quantity all_vfs_sent(const Card& card) {
  const auto gaps = card.view.gaps(card.endpoint, kVfSent, card.its(), "index");
  if (gaps.empty()) return card.rate(kVfSent);
  return Quantity::absent(
      fmt::format("VF {} of {} did not report what it sent all the time", join(gaps, ", "), card.device));
}

/// By its PF's driver: what drives the VF in a guest.
std::string_view driver_of_vf(std::string_view pf_driver) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kDrivers{
      {{"igb", "igbvf"}, {"ixgbe", "ixgbevf"}, {"i40e", "iavf"}, {"ice", "iavf"}, {"mlx5_core", "mlx5_core"}}};
  for (const auto& [pf, vf] : kDrivers)
    if (pf == pf_driver) return vf;
  return {};
}

/// The endpoint within a domain: that whose lane has the domain's vif, or that of the domain's name.
std::string endpoint_of(const TrialView& view, std::string_view domid, std::string_view domain) {
  const std::string vif = fmt::format("vif{}.", domid);
  for (const Lane& lane : view.trial().setup.lanes) {
    const bool is_its = std::any_of(lane.carriers.begin(), lane.carriers.end(),
                                    [&](const Carrier& carrier) { return carrier.device.starts_with(vif); });
    if (!is_its) continue;
    for (const Carrier& carrier : lane.carriers)
      if (carrier.endpoint.starts_with("guest")) return carrier.endpoint;
  }
  const auto& endpoints = view.endpoints();
  return std::find(endpoints.begin(), endpoints.end(), domain) == endpoints.end() ? "" : std::string(domain);
}

/// The series of vf.present that pass.
std::vector<Labels> present_vfs(const TrialView& view, const std::string& endpoint, const LabelFilter& filter) {
  std::vector<Labels> out;
  for (const SampleBlock& block : view.trial().blocks)
    for (const Series& series : block.series)
      if (block.endpoint == endpoint && series.metric == kPresent && filter(series.labels))
        out.push_back(series.labels);
  return out;
}

Quantity device_sent(const TrialView& view, const std::string& endpoint, const LabelFilter& filter) {
  return view.rate(endpoint, kNetdevSent, filter);
}

/// What one VF sent, by whoever drives it: a guest's agent, or this endpoint itself.
Quantity vf_sent(const Card& card, const Labels& vf) {
  const std::string which = fmt::format("VF {} of {}", label(vf, "index"), card.device);
  if (const auto netdev = label(vf, "netdev"); !netdev.empty())
    return device_sent(card.view, card.endpoint,
                       [&](const Labels& labels) { return label(labels, "device") == netdev; });
  const auto domid = label(vf, "domid");
  const auto holder = label(vf, "vf_driver");
  if (domid.empty() && (holder.empty() || holder == "pciback" || holder == "xen-pciback"))
    return Quantity::of(0);  // Nobody drives it.
  const auto domain = label(vf, "domain");
  const std::string agent = domid.empty() ? "" : endpoint_of(card.view, domid, domain);
  if (agent.empty())
    return Quantity::absent(fmt::format("{} reports no VF counters, and {} belongs to {}, where no agent is in the run",
                                        label(vf, "driver"), which, domid.empty() ? holder : domain));
  const std::string_view driver = driver_of_vf(label(vf, "driver"));
  const auto is_vf = [&](const Labels& labels) { return !driver.empty() && label(labels, "driver") == driver; };
  std::size_t devices = 0;
  for (const SampleBlock& block : card.view.trial().blocks)
    for (const Series& series : block.series)
      if (block.endpoint == agent && series.metric == kNetdevSent && is_vf(series.labels)) ++devices;
  const auto held =
      present_vfs(card.view, card.endpoint, [&](const Labels& labels) { return label(labels, "domid") == domid; });
  if (devices != 1 || held.size() != 1)
    return Quantity::absent(fmt::format("which device of {} is {} is not known: it has {} of driver {} and {} VFs",
                                        agent, which, devices, driver.empty() ? "?" : driver, held.size()));
  return device_sent(card.view, agent, is_vf);
}

/// By the guests' own counters, where the PF's driver reports none.
Quantity guests_sent(const Card& card) {
  const auto vfs = present_vfs(card.view, card.endpoint, card.its());
  const bool is_steady = card.view.gaps(card.endpoint, kPresent, card.its(), "index").empty();
  std::set<std::string_view> seen;
  for (const Labels& vf : vfs) seen.insert(label(vf, "index"));
  if (!is_steady || seen.size() != vfs.size())
    return Quantity::absent(fmt::format("VFs of {} came, went or changed hands meanwhile", card.device));
  Quantity sum = Quantity::of(0);
  for (const Labels& vf : vfs) sum = plus(sum, vf_sent(card, vf));
  return sum;
}

}  // namespace

void add_vf_metrics(const TrialView& view, MetricList& out) {
  for (const std::string& endpoint : view.endpoints()) {
    for (const std::string& device : view.label_values(endpoint, kVfSent, "device")) {
      const Card card{view, endpoint, device};
      out.add(card.name("vf_tx_bps"), "bit/s", card.words("transmitted by VFs"), bits(card.rate(kVfSent)));
      out.add(card.name("vf_hairpin_bps"), "bit/s", card.words("within the card"),
              within_card(card, all_vfs_sent(card)));
    }
    for (const std::string& device : view.label_values(endpoint, kPresent, "device")) {
      const Card card{view, endpoint, device};
      if (card.has(kVfSent)) continue;
      out.add(card.name("vf_hairpin_by_guests_bps"), "bit/s",
              card.words("within the card, by the guests' own counters"), within_card(card, guests_sent(card)));
    }
  }
}

}  // namespace sriov
