// A path as the analyzers need it: who talks to whom, and which counters must rise.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/trial.h"

namespace sriov::xen {

/// The ends of one guest on one path.
struct PathPort {
  std::string guest_device;   ///< "eth1" in the guest (native: in dom0).
  std::string guest_address;  ///< "10.0.0.11".
  std::string dom0_device;    ///< The backend: "vif1.0", "vif1.0-emu"; "" for paths that bypass dom0.
  std::string peer_device;    ///< Where it leaves the peer.
  std::string peer_address;
};

/// One guest (or, for native, dom0) and its ports by path.
struct GuestPorts {
  std::string endpoint;  ///< "guest1".
  std::map<std::string, PathPort> ports;
};

/// One lane a guest: peer -> guest. Carriers of `path` must carry; those of the guest's other paths must stay quiet,
/// in guest and dom0. Both directions are listed; directions are named from the guest's side: what dom0's vif
/// transmits, the guest receives. An error when a guest lacks the path.
[[nodiscard]] Result<PathSetup> path_setup(const std::string& path, const std::vector<GuestPorts>& guests,
                                           const std::string& peer_endpoint, const std::string& dom0_endpoint);

}  // namespace sriov::xen
