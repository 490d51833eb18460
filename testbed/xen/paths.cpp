#include "testbed/xen/paths.h"

#include <fmt/format.h>

namespace sriov::xen {
namespace {

/// Whether bytes to the guest enter the machine at this device (a guest's NIC) or leave it (vif, peer).
enum class Side { receives, transmits };

void add_device(std::vector<Carrier>& carriers, const std::string& endpoint, const std::string& device, Side side,
                bool must_carry) {
  if (device.empty()) return;
  const bool receives = side == Side::receives;
  carriers.push_back(
      {endpoint, device, Direction::to_guest, receives ? "netdev.rx_bytes" : "netdev.tx_bytes", must_carry});
  carriers.push_back(
      {endpoint, device, Direction::from_guest, receives ? "netdev.tx_bytes" : "netdev.rx_bytes", must_carry});
}

Lane lane_of(const std::string& path, const GuestPorts& guest, const std::string& peer, const std::string& dom0) {
  const PathPort& port = guest.ports.at(path);
  Lane lane{peer, guest.endpoint, port.peer_address, port.guest_address, {}};
  add_device(lane.carriers, guest.endpoint, port.guest_device, Side::receives, true);
  add_device(lane.carriers, dom0, port.dom0_device, Side::transmits, true);
  add_device(lane.carriers, peer, port.peer_device, Side::transmits, true);
  for (const auto& [other, idle] : guest.ports) {
    if (other == path) continue;
    add_device(lane.carriers, guest.endpoint, idle.guest_device, Side::receives, false);
    add_device(lane.carriers, dom0, idle.dom0_device, Side::transmits, false);
  }
  return lane;
}

}  // namespace

Result<PathSetup> path_setup(const std::string& path, const std::vector<GuestPorts>& guests,
                             const std::string& peer_endpoint, const std::string& dom0_endpoint) {
  PathSetup setup{path, {}};
  for (const GuestPorts& guest : guests) {
    if (!guest.ports.contains(path)) return fail_environment(fmt::format("has no path '{}'", path), guest.endpoint);
    setup.lanes.push_back(lane_of(path, guest, peer_endpoint, dom0_endpoint));
  }
  return setup;
}

}  // namespace sriov::xen
