// The two veth paths: names, addresses, and which counters prove which path.
#pragma once

#include <string>
#include <vector>

#include "core/trial.h"
#include "core/trial_settings.h"
#include "testbed/netns/namespaces.h"

namespace sriov::netns {

/// Everything that is built, by owner. IPv4 addresses are from 198.18.0.0/15, set aside for benchmarks (RFC 2544), IPv6
/// ones are unique local. veth: peer direct1…N <-> guest direct0, a subnet each, and for traffic between guests
/// guest1 pair0 <-> guest2 pair0 and so on. veth-bridge: peer bridged0 and every guest's bridged0 on ports of br0 in
/// the namespace `switch`.
struct Namespaces {
  Namespace host;  ///< The machine's own namespace.
  Namespace peer;
  Namespace bridge;  ///< Endpoint "switch".
  std::vector<Namespace> guests;
  bool guest_pairs = false;  ///< Traffic between guests is wanted too.
  bool ipv6 = false;         ///< IPv6 is wanted too.
};

[[nodiscard]] Result<void> build_veth(const Namespaces& namespaces);
[[nodiscard]] Result<void> build_bridge(const Namespaces& namespaces);
/// For tests of the path verification: sends the traffic of guest 1's `veth` addresses over the bridge.
[[nodiscard]] Result<void> misroute(const Namespaces& namespaces);
/// Lanes of `veth` or `veth-bridge`; devices of the other path must stay quiet.
[[nodiscard]] PathSetup veth_setup(const std::string& path, const Namespaces& namespaces,
                                   const TrialSettings& settings);
/// The devices of both veth paths of a guest, which must stay quiet while a lane to it uses another path.
void add_idle_veth(Lane& lane, const Namespaces& namespaces, std::size_t guest);
/// Both directions of a guest-side and a far-side device: what the guest receives, the far side transmits.
void add_pair(Lane& lane, const std::string& guest, const std::string& guest_device, const std::string& far,
              const std::string& far_device, bool must_carry);

}  // namespace sriov::netns
