#include "runner/knob_keeper.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/text.h"
#include "runner/traffic.h"

namespace sriov {
namespace {

constexpr std::array<std::string_view, 4> kRoles{"guest", "dom0", "peer", "host"};

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
  if (name.role != "guest") return endpoint.name == name.role;
  return endpoint.kind == "guest" && takes_part(setup, endpoint.name);
}

}  // namespace

std::optional<KnobName> parse_knob_name(const std::string& text) {
  const std::size_t colon = text.find(':');
  KnobName name{colon == std::string::npos ? "guest" : text.substr(0, colon),
                colon == std::string::npos ? text : text.substr(colon + 1)};
  if (std::find(kRoles.begin(), kRoles.end(), name.role) == kRoles.end()) return std::nullopt;
  if (!KnobRegistry::instance().make(name.knob)) return std::nullopt;
  return name;
}

std::vector<std::string> knob_names() { return KnobRegistry::instance().names(); }

Result<void> KnobKeeper::apply(const std::vector<KnobSetting>& settings, const PathSetup& setup,
                               const std::vector<Endpoint>& endpoints) {
  std::map<LocatedKnob, std::string> wanted;
  std::set<LocatedKnob> named;
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
    if (!found) return fail(fmt::format("the testbed has no {} to turn {} on", name.role, name.knob));
  }
  SRIOV_TRY(put_back_unnamed(named, endpoints));
  for (const auto& [which, value] : wanted) SRIOV_TRY(turn(which, value, *find_agent(endpoints, which.endpoint)));
  return {};
}

Result<void> KnobKeeper::turn(const LocatedKnob& which, const std::string& value, agent::Client& agent) {
  const auto knob = KnobRegistry::instance().make(which.knob);
  const KnobTarget target{agent.shell(), which.device};
  const std::string where = which.device.empty() ? which.endpoint : which.endpoint + " " + which.device;
  const auto current = knob->get(target);
  if (!current) return tl::unexpected(current.error().at(fmt::format("{}: {}", where, which.knob)));
  if (*current == value) return {};
  if (before_.count(which) == 0) {
    SRIOV_TRY(agent.on_disconnect(knob->undo(target, *current).undo));
    before_[which] = *current;
  }
  const auto now = knob->set(target, value);
  if (!now) return tl::unexpected(now.error().at(fmt::format("{}: {}", where, which.knob)));
  const std::string in_force = *now == value ? value : fmt::format("{} (asked for {})", *now, value);
  const std::string note = fmt::format("{}{}{} = {}, was {}", which.device, which.device.empty() ? "" : ": ",
                                       which.knob, in_force, before_[which]);
  if (told_.insert(which.endpoint + note).second) on_change_(which.endpoint, note);
  return {};
}

Result<void> KnobKeeper::put_back_unnamed(const std::set<LocatedKnob>& named, const std::vector<Endpoint>& endpoints) {
  std::vector<std::string> failures;
  for (auto entry = before_.begin(); entry != before_.end();) {
    const auto& [which, value] = *entry;
    agent::Client* agent = find_agent(endpoints, which.endpoint);
    if (named.count(which) != 0) {
      ++entry;
      continue;
    }
    // An agent that is gone has put it back itself.
    if (agent != nullptr && agent->is_connected()) {
      const auto set = KnobRegistry::instance().make(which.knob)->set({agent->shell(), which.device}, value);
      if (!set) failures.push_back(fmt::format("{} {}: {}", which.endpoint, which.knob, set.error().text()));
    }
    entry = before_.erase(entry);
  }
  if (failures.empty()) return {};
  return fail("knobs could not be put back: " + join(failures, "; "));
}

Result<void> KnobKeeper::restore(const std::vector<Endpoint>& endpoints) { return put_back_unnamed({}, endpoints); }

}  // namespace sriov
