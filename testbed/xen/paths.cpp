#include "testbed/xen/paths.h"

#include <fmt/format.h>

namespace sriov::xen {
namespace {

constexpr std::string_view kNative = "native";

/// Whether bytes to the server enter the machine at this device (a guest's NIC) or leave it (vif, peer).
enum class Side { receives, transmits };
Side opposite(Side side) { return side == Side::receives ? Side::transmits : Side::receives; }

void add_device(std::vector<Carrier>& carriers, const std::string& endpoint, const std::string& device, Side side,
                bool must_carry) {
  if (device.empty()) return;
  const bool receives = side == Side::receives;
  carriers.push_back(
      {endpoint, device, Direction::to_guest, receives ? "netdev.rx_bytes" : "netdev.tx_bytes", must_carry});
  carriers.push_back(
      {endpoint, device, Direction::from_guest, receives ? "netdev.tx_bytes" : "netdev.rx_bytes", must_carry});
}

struct Far {
  std::string peer;
  std::string dom0;
};

/// A guest's devices on `path`, which carry, and on its others, which must not. `side`: what its NIC does with bytes to
/// the server.
void add_guest(std::vector<Carrier>& carriers, const std::string& path, const GuestPorts& guest, Side side,
               const Far& far) {
  for (const auto& [name, port] : guest.ports) {
    add_device(carriers, guest.endpoint, port.guest_device, side, name == path);
    add_device(carriers, far.dom0, port.dom0_device, opposite(side), name == path);
  }
}

Lane lane_to_peer(const std::string& path, const GuestPorts& guest, int ip_version, const Far& far) {
  const PathPort& port = guest.ports.at(path);
  Lane lane{far.peer, guest.endpoint, port.peer_address, port.guest_address, {}};
  if (ip_version == 6) {
    lane.client_address = port.peer_address6;
    lane.server_address = port.guest_address6;
  }
  add_guest(lane.carriers, path, guest, Side::receives, far);
  add_device(lane.carriers, far.peer, port.peer_device, Side::transmits, true);
  return lane;
}

Lane lane_between(const std::string& path, const GuestPorts& from, const GuestPorts& to, int ip_version,
                  const Far& far) {
  const PathPort& client = from.ports.at(path);
  const PathPort& server = to.ports.at(path);
  Lane lane{from.endpoint, to.endpoint, client.guest_address, server.guest_address, {}};
  if (ip_version == 6) {
    lane.client_address = client.guest_address6;
    lane.server_address = server.guest_address6;
  }
  add_guest(lane.carriers, path, to, Side::receives, far);
  add_guest(lane.carriers, path, from, Side::transmits, far);
  // A switch that sends what is for a guest out to the wire as well is not between guests.
  add_device(lane.carriers, far.peer, server.peer_device, Side::receives, false);
  return lane;
}

}  // namespace

Result<PathSetup> path_setup(const std::string& path, const std::vector<GuestPorts>& guests,
                             const TrialSettings& settings, const std::string& peer_endpoint,
                             const std::string& dom0_endpoint) {
  const auto wanted = static_cast<std::size_t>(path == kNative ? 1 : settings.guests);
  if (guests.size() < wanted)
    return fail(fmt::format("the testbed was made for {} guests, not {}", guests.size(), wanted));
  for (std::size_t i = 0; i < wanted; ++i)
    if (!guests[i].ports.contains(path))
      return fail_environment(fmt::format("has no path '{}'", path), guests[i].endpoint);
  const Far far{peer_endpoint, dom0_endpoint};
  PathSetup setup{path, {}};
  if (settings.partner == Partner::guest)
    for (std::size_t i = 0; i + 1 < wanted; i += 2)
      setup.lanes.push_back(lane_between(path, guests[i], guests[i + 1], settings.ip_version, far));
  else
    for (std::size_t i = 0; i < wanted; ++i)
      setup.lanes.push_back(lane_to_peer(path, guests[i], settings.ip_version, far));
  return setup;
}

Result<void> check_path(const std::string& path, const TrialSettings& settings) {
  if (path != kNative || settings.partner == Partner::peer) return {};
  return fail_usage("path 'native' is dom0's own and has no guests to talk to each other", "",
                    "leave it out, or set partner = \"peer\"");
}

}  // namespace sriov::xen
