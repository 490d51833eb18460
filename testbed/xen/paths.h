// A path as the analyzers need it: who talks to whom, and which counters must rise.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/trial.h"
#include "core/trial_settings.h"

namespace sriov::xen {

/// The ends of one guest on one path.
struct PathPort {
  std::string guest_device;   ///< "eth1" in the guest (native: in dom0).
  std::string guest_address;  ///< "10.0.0.11".
  std::string dom0_device;    ///< The backend: "vif1.0", "vif1.0-emu"; "" for paths that bypass dom0.
  std::string peer_device;    ///< Where it leaves the peer.
  std::string peer_address;
  std::string guest_address6{};  ///< The same in IPv6; "" when IPv6 was not asked for.
  std::string peer_address6{};
};

/// One guest (or, for native, dom0) and its ports by path.
struct GuestPorts {
  std::string endpoint;  ///< "guest1".
  std::map<std::string, PathPort> ports;
};

/// The lanes that `settings` ask for: peer -> guest for each, or guest 1 -> guest 2 and so on. Carriers of `path` must
/// carry; those of a guest's other paths must stay quiet, in guest and dom0, and the peer's between guests. Both
/// directions are listed; directions are named from the server's side, which is a guest: what dom0's vif transmits, the
/// guest receives. An error when there are too few guests, or one lacks the path.
[[nodiscard]] Result<PathSetup> path_setup(const std::string& path, const std::vector<GuestPorts>& guests,
                                           const TrialSettings& settings, const std::string& peer_endpoint,
                                           const std::string& dom0_endpoint);
/// native is dom0's own: it has no guests to talk to each other.
[[nodiscard]] Result<void> check_path(const std::string& path, const TrialSettings& settings);

}  // namespace sriov::xen
