#include "testbed/netns/topology.h"

#include <fmt/format.h>

namespace sriov::netns {
namespace {

constexpr std::int64_t kLinkTimeout = 5'000'000'000;

std::string peer_direct(std::size_t guest) { return fmt::format("direct{}", guest + 1); }
std::string port(std::size_t guest) { return fmt::format("port-guest{}", guest + 1); }
std::string direct_address(std::size_t guest, int host) { return fmt::format("198.18.{}.{}", guest + 1, host); }
std::string bridged_address(std::size_t guest) { return fmt::format("198.19.1.{}", guest + 1); }
constexpr const char* kPeerBridged = "198.19.0.1";

void add_carrier(Lane& lane, const std::string& endpoint, const std::string& device, Direction direction,
                 const char* counter, bool must_carry) {
  lane.carriers.push_back({endpoint, device, direction, fmt::format("netdev.{}_bytes", counter), must_carry});
}

Lane direct_lane(const Spaces& spaces, std::size_t guest) {
  const std::string& name = spaces.guests[guest].name;
  Lane lane{spaces.peer.name, name, direct_address(guest, 1), direct_address(guest, 2), {}};
  add_pair(lane, name, "direct0", spaces.peer.name, peer_direct(guest), true);
  add_pair(lane, name, "bridged0", spaces.bridge.name, port(guest), false);
  return lane;
}

Lane bridged_lane(const Spaces& spaces, std::size_t guest) {
  const std::string& name = spaces.guests[guest].name;
  Lane lane{spaces.peer.name, name, kPeerBridged, bridged_address(guest), {}};
  add_pair(lane, name, "bridged0", spaces.bridge.name, port(guest), true);
  add_pair(lane, name, "direct0", spaces.peer.name, peer_direct(guest), false);
  add_carrier(lane, spaces.peer.name, "bridged0", Direction::to_guest, "tx", true);
  add_carrier(lane, spaces.peer.name, "bridged0", Direction::from_guest, "rx", true);
  return lane;
}

}  // namespace

void add_pair(Lane& lane, const std::string& guest, const std::string& guest_device, const std::string& far,
              const std::string& far_device, bool must_carry) {
  add_carrier(lane, guest, guest_device, Direction::to_guest, "rx", must_carry);
  add_carrier(lane, guest, guest_device, Direction::from_guest, "tx", must_carry);
  add_carrier(lane, far, far_device, Direction::to_guest, "tx", must_carry);
  add_carrier(lane, far, far_device, Direction::from_guest, "rx", must_carry);
}

Result<void> build_veth(const Spaces& spaces) {
  for (std::size_t i = 0; i < spaces.guests.size(); ++i) {
    const VethEnd peer{&spaces.peer, peer_direct(i)};
    const VethEnd guest{&spaces.guests[i], "direct0"};
    SRIOV_TRY(make_veth(peer, guest));
    SRIOV_TRY(set_address(peer, direct_address(i, 1) + "/24"));
    SRIOV_TRY(set_address(guest, direct_address(i, 2) + "/24"));
    SRIOV_TRY(wait_for_link(guest, kLinkTimeout));
  }
  return {};
}

Result<void> build_bridge(const Spaces& spaces) {
  // Without spanning tree and forwarding delay a port forwards from the start.
  SRIOV_TRY(ip(spaces.bridge, "link add name br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0"));
  SRIOV_TRY(ip(spaces.bridge, "link set dev br0 up"));
  const VethEnd peer{&spaces.peer, "bridged0"};
  SRIOV_TRY(make_veth({&spaces.bridge, "port-peer"}, peer));
  SRIOV_TRY(ip(spaces.bridge, "link set dev port-peer master br0"));
  SRIOV_TRY(set_address(peer, std::string(kPeerBridged) + "/16"));
  for (std::size_t i = 0; i < spaces.guests.size(); ++i) {
    const VethEnd guest{&spaces.guests[i], "bridged0"};
    SRIOV_TRY(make_veth({&spaces.bridge, port(i)}, guest));
    SRIOV_TRY(ip(spaces.bridge, fmt::format("link set dev {} master br0", port(i))));
    SRIOV_TRY(set_address(guest, bridged_address(i) + "/16"));
    SRIOV_TRY(wait_for_link(guest, kLinkTimeout));
  }
  return {};
}

Result<void> misroute(const Spaces& spaces) {
  for (const Space* space : {&spaces.peer, &spaces.guests.front()}) {
    SRIOV_TRY(space->shell().write("/proc/sys/net/ipv4/conf/all/rp_filter", "0"));
    for (const char* device : {"bridged0", space == &spaces.peer ? "direct1" : "direct0"})
      SRIOV_TRY(space->shell().write(fmt::format("/proc/sys/net/ipv4/conf/{}/rp_filter", device), "0"));
  }
  SRIOV_TRY(ip(spaces.peer, fmt::format("route add {}/32 via {}", direct_address(0, 2), bridged_address(0))));
  SRIOV_TRY(ip(spaces.guests.front(), fmt::format("route add {}/32 via {}", direct_address(0, 1), kPeerBridged)));
  return {};
}

PathSetup veth_setup(const std::string& path, const Spaces& spaces) {
  PathSetup setup{path, {}};
  for (std::size_t i = 0; i < spaces.guests.size(); ++i)
    setup.lanes.push_back(path == "veth" ? direct_lane(spaces, i) : bridged_lane(spaces, i));
  return setup;
}

}  // namespace sriov::netns
