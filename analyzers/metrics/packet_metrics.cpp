#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "analyzers/metrics/metric_groups.h"

namespace sriov {
namespace {

constexpr std::string_view kBytesSuffix = "_bytes";
constexpr double kBitsPerMegabyte = 8e6;

using Place = std::pair<std::string, Direction>;
struct Counters {
  std::string metric;
  std::set<std::string> devices;
};

/// The first device of each lane that must carry, per endpoint and direction: further ones (a bridge's port behind a
/// vif) see the same packets again.
std::map<Place, Counters> find_counters(const PathSetup& setup) {
  std::map<Place, Counters> out;
  for (const Lane& lane : setup.lanes) {
    std::set<Place> seen;
    for (const Carrier& carrier : lane.carriers) {
      const Place place{carrier.endpoint, carrier.direction};
      if (!carrier.must_carry || !carrier.metric.ends_with(kBytesSuffix) || !seen.insert(place).second) continue;
      Counters& counters = out[place];
      counters.metric = carrier.metric.substr(0, carrier.metric.size() - kBytesSuffix.size()) + "_packets";
      counters.devices.insert(carrier.device);
    }
  }
  return out;
}

Quantity rate_of(const TrialView& view, const std::string& endpoint, const Counters& counters) {
  return view.rate(endpoint, counters.metric, [&counters](const Labels& labels) {
    return counters.devices.contains(std::string(label(labels, "device")));
  });
}

}  // namespace

Quantity guest_packets_per_s(const TrialView& view) {
  Quantity sum = Quantity::absent("no device of a guest carried it");
  for (const auto& [place, counters] : find_counters(view.trial().setup)) {
    if (!place.first.starts_with("guest")) continue;
    Quantity rate = rate_of(view, place.first, counters);
    if (!rate.value) return rate;
    sum = Quantity::of(sum.value.value_or(0) + *rate.value);
  }
  return sum;
}

void add_packet_metrics(const TrialView& view, MetricList& out) {
  for (const auto& [place, counters] : find_counters(view.trial().setup)) {
    const auto& [endpoint, direction] = place;
    const Quantity rate = rate_of(view, endpoint, counters);
    const std::string who = fmt::format("{}.{}", endpoint, to_string(direction));
    const char* way = direction == Direction::to_guest ? "to the guest" : "from the guest";
    out.add("packets_per_s." + who, "1/s", fmt::format("{} packets {}", endpoint, way), rate);
    out.add("packets_per_mb." + who, "1/MB", fmt::format("{} packets {} per MB", endpoint, way),
            ratio_of(rate, throughput_bps_of(view.trial(), endpoint), kBitsPerMegabyte, "there was no throughput"));
  }
}

}  // namespace sriov
