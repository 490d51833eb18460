#include "runner/knob_keeper.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/text.h"
#include "runner/traffic.h"

namespace sriov {
namespace {

constexpr std::array<std::string_view, 4> kPlaces{"guest", "dom0", "peer", "host"};

/// The device of the path under test at an endpoint; "" when the path has none there.
std::string device_at(const PathSetup& setup, const std::string& endpoint) {
  for (const Lane& lane : setup.lanes)
    for (const Carrier& carrier : lane.carriers)
      if (carrier.must_carry && carrier.endpoint == endpoint) return carrier.device;
  return "";
}

bool takes_part(const PathSetup& setup, const std::string& endpoint) {
  return std::any_of(setup.lanes.begin(), setup.lanes.end(), [&](const Lane& lane) {
    return lane.client_endpoint == endpoint || lane.server_endpoint == endpoint;
  });
}

/// Guests that a trial leaves alone keep what they have; dom0 and the others serve every trial.
bool is_meant(const KnobName& name, const Endpoint& endpoint, const PathSetup& setup) {
  if (name.place != "guest") return endpoint.name == name.place;
  return endpoint.kind == "guest" && takes_part(setup, endpoint.name);
}

}  // namespace

std::optional<KnobName> parse_knob_name(const std::string& text) {
  const std::size_t colon = text.find(':');
  KnobName name{colon == std::string::npos ? "guest" : text.substr(0, colon),
                colon == std::string::npos ? text : text.substr(colon + 1)};
  if (std::find(kPlaces.begin(), kPlaces.end(), name.place) == kPlaces.end()) return std::nullopt;
  if (!KnobRegistry::instance().make(name.knob)) return std::nullopt;
  return name;
}

std::vector<std::string> knob_names() { return KnobRegistry::instance().names(); }

Result<void> KnobKeeper::apply(const std::vector<KnobSetting>& settings, const PathSetup& setup,
                               const std::vector<Endpoint>& endpoints) {
  std::map<Place, std::string> wanted;
  std::set<Place> named;
  for (const auto& [name, value] : settings) {
    const auto knob = KnobRegistry::instance().make(name.knob);
    bool found = false;
    for (const Endpoint& endpoint : endpoints) {
      if (!is_meant(name, endpoint, setup)) continue;
      const bool of_device = knob->scope() == KnobScope::device;
      const std::string device = of_device ? device_at(setup, endpoint.name) : "";
      if (of_device && device.empty())
        return fail(fmt::format("{} is a knob of a device, and path {} has none there", name.knob, setup.path),
                    endpoint.name);
      wanted[{endpoint.name, device, name.knob}] = value;
      named.insert({endpoint.name, device, name.knob});
      found = true;
    }
    if (!found) return fail(fmt::format("the testbed has no {} to turn {} on", name.place, name.knob));
  }
  SRIOV_TRY(put_back_unnamed(named, endpoints));
  for (const auto& [place, value] : wanted) SRIOV_TRY(turn(place, value, *find_agent(endpoints, place.endpoint)));
  return {};
}

Result<void> KnobKeeper::turn(const Place& place, const std::string& value, agent::Client& agent) {
  const auto knob = KnobRegistry::instance().make(place.knob);
  const KnobTarget target{agent.shell(), place.device};
  const std::string where = place.device.empty() ? place.endpoint : place.endpoint + " " + place.device;
  const auto current = knob->get(target);
  if (!current) return tl::unexpected(current.error().at(fmt::format("{}: {}", where, place.knob)));
  if (*current == value) return {};
  if (before_.count(place) == 0) {
    SRIOV_TRY(agent.on_disconnect(knob->undo(target, *current).undo));
    before_[place] = *current;
  }
  const auto now = knob->set(target, value);
  if (!now) return tl::unexpected(now.error().at(fmt::format("{}: {}", where, place.knob)));
  const std::string in_force = *now == value ? value : fmt::format("{} (asked for {})", *now, value);
  const std::string note = fmt::format("{}{}{} = {}, was {}", place.device, place.device.empty() ? "" : ": ",
                                       place.knob, in_force, before_[place]);
  if (told_.insert(place.endpoint + note).second) on_change_(place.endpoint, note);
  return {};
}

Result<void> KnobKeeper::put_back_unnamed(const std::set<Place>& named, const std::vector<Endpoint>& endpoints) {
  std::vector<std::string> failures;
  for (auto entry = before_.begin(); entry != before_.end();) {
    const auto& [place, value] = *entry;
    agent::Client* agent = find_agent(endpoints, place.endpoint);
    if (named.count(place) != 0) {
      ++entry;
      continue;
    }
    // An agent that is gone has put it back itself.
    if (agent != nullptr && agent->is_connected()) {
      const auto set = KnobRegistry::instance().make(place.knob)->set({agent->shell(), place.device}, value);
      if (!set) failures.push_back(fmt::format("{} {}: {}", place.endpoint, place.knob, set.error().text()));
    }
    entry = before_.erase(entry);
  }
  if (failures.empty()) return {};
  return fail("knobs could not be put back: " + join(failures, "; "));
}

Result<void> KnobKeeper::restore(const std::vector<Endpoint>& endpoints) { return put_back_unnamed({}, endpoints); }

}  // namespace sriov
