#include "testbed/netns/topology.h"

#include <fmt/format.h>

#include "core/time.h"

namespace sriov::netns {
namespace {

constexpr std::int64_t kLinkTimeoutNs = 5 * kNsPerSecond;

std::string peer_direct(std::size_t guest) { return fmt::format("direct{}", guest + 1); }
std::string port(std::size_t guest) { return fmt::format("port-guest{}", guest + 1); }

/// An address in IPv4 and in IPv6.
struct Addresses {
  std::string v4;
  std::string v6;

  [[nodiscard]] const std::string& of(int ip_version) const { return ip_version == 6 ? v6 : v4; }
};

/// Hosts 1 and 2 of the subnet of so many a cable.
Addresses cable(std::size_t subnet, int host) {
  return {fmt::format("198.18.{}.{}", subnet, host), fmt::format("fd53:18:{}::{}", subnet, host)};
}
Addresses direct(std::size_t guest, int host) { return cable(guest + 1, host); }
Addresses paired(std::size_t guest) { return cable(101 + guest / 2, static_cast<int>(1 + guest % 2)); }
Addresses bridged(std::size_t guest) {
  return {fmt::format("198.19.1.{}", guest + 1), fmt::format("fd53:19::1:{}", guest + 1)};
}
const Addresses kPeerBridged{"198.19.0.1", "fd53:19::1"};

Result<void> set_addresses(const Namespaces& namespaces, const VethEnd& end, const Addresses& addresses,
                           int v4_prefix) {
  SRIOV_TRY(set_address(end, fmt::format("{}/{}", addresses.v4, v4_prefix)));
  if (namespaces.ipv6) SRIOV_TRY(set_address(end, addresses.v6 + "/64"));
  return {};
}

void add_carrier(Lane& lane, const std::string& endpoint, const std::string& device, Direction direction,
                 const char* counter, bool must_carry) {
  lane.carriers.push_back({endpoint, device, direction, fmt::format("netdev.{}_bytes", counter), must_carry});
}

void add_direct(Lane& lane, const Namespaces& namespaces, std::size_t guest, bool must_carry) {
  add_pair(lane, namespaces.guests[guest].name, "direct0", namespaces.peer.name, peer_direct(guest), must_carry);
}
void add_bridged(Lane& lane, const Namespaces& namespaces, std::size_t guest, bool must_carry) {
  add_pair(lane, namespaces.guests[guest].name, "bridged0", namespaces.bridge.name, port(guest), must_carry);
}

Lane lane_to_peer(const Namespaces& namespaces, std::size_t guest, bool on_bridge, int ip_version) {
  const Addresses client = on_bridge ? kPeerBridged : direct(guest, 1);
  const Addresses server = on_bridge ? bridged(guest) : direct(guest, 2);
  Lane lane{namespaces.peer.name, namespaces.guests[guest].name, client.of(ip_version), server.of(ip_version), {}};
  add_direct(lane, namespaces, guest, !on_bridge);
  add_bridged(lane, namespaces, guest, on_bridge);
  if (!on_bridge) return lane;
  add_carrier(lane, namespaces.peer.name, "bridged0", Direction::to_guest, "tx", true);
  add_carrier(lane, namespaces.peer.name, "bridged0", Direction::from_guest, "rx", true);
  return lane;
}

/// `from` is the client's guest; the server's is the next one.
Lane lane_between_guests(const Namespaces& namespaces, std::size_t from, bool on_bridge, int ip_version) {
  const std::size_t to = from + 1;
  const Addresses client = on_bridge ? bridged(from) : paired(from);
  const Addresses server = on_bridge ? bridged(to) : paired(to);
  Lane lane{namespaces.guests[from].name, namespaces.guests[to].name, client.of(ip_version), server.of(ip_version), {}};
  add_pair(lane, namespaces.guests[to].name, "pair0", namespaces.guests[from].name, "pair0", !on_bridge);
  add_bridged(lane, namespaces, to, on_bridge);
  // What the server receives, the switch receives from the client.
  add_pair(lane, namespaces.bridge.name, port(from), namespaces.guests[from].name, "bridged0", on_bridge);
  add_direct(lane, namespaces, from, false);
  add_direct(lane, namespaces, to, false);
  return lane;
}

Result<void> build_pairs(const Namespaces& namespaces) {
  for (std::size_t i = 0; i + 1 < namespaces.guests.size(); i += 2) {
    const VethEnd first{&namespaces.guests[i], "pair0"};
    const VethEnd second{&namespaces.guests[i + 1], "pair0"};
    SRIOV_TRY(make_veth(first, second));
    SRIOV_TRY(set_addresses(namespaces, first, paired(i), 24));
    SRIOV_TRY(set_addresses(namespaces, second, paired(i + 1), 24));
    SRIOV_TRY(wait_for_link(first, kLinkTimeoutNs));
  }
  return {};
}

}  // namespace

void add_pair(Lane& lane, const std::string& guest, const std::string& guest_device, const std::string& far,
              const std::string& far_device, bool must_carry) {
  add_carrier(lane, guest, guest_device, Direction::to_guest, "rx", must_carry);
  add_carrier(lane, guest, guest_device, Direction::from_guest, "tx", must_carry);
  add_carrier(lane, far, far_device, Direction::to_guest, "tx", must_carry);
  add_carrier(lane, far, far_device, Direction::from_guest, "rx", must_carry);
}

Result<void> build_veth(const Namespaces& namespaces) {
  for (std::size_t i = 0; i < namespaces.guests.size(); ++i) {
    const VethEnd peer{&namespaces.peer, peer_direct(i)};
    const VethEnd guest{&namespaces.guests[i], "direct0"};
    SRIOV_TRY(make_veth(peer, guest));
    SRIOV_TRY(set_addresses(namespaces, peer, direct(i, 1), 24));
    SRIOV_TRY(set_addresses(namespaces, guest, direct(i, 2), 24));
    SRIOV_TRY(wait_for_link(guest, kLinkTimeoutNs));
  }
  if (namespaces.guest_pairs) SRIOV_TRY(build_pairs(namespaces));
  return {};
}

Result<void> build_bridge(const Namespaces& namespaces) {
  // Without spanning tree and forwarding delay a port forwards from the start.
  SRIOV_TRY(ip(namespaces.bridge, "link add name br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0"));
  SRIOV_TRY(ip(namespaces.bridge, "link set dev br0 up"));
  const VethEnd peer{&namespaces.peer, "bridged0"};
  SRIOV_TRY(make_veth({&namespaces.bridge, "port-peer"}, peer));
  SRIOV_TRY(ip(namespaces.bridge, "link set dev port-peer master br0"));
  SRIOV_TRY(set_addresses(namespaces, peer, kPeerBridged, 16));
  for (std::size_t i = 0; i < namespaces.guests.size(); ++i) {
    const VethEnd guest{&namespaces.guests[i], "bridged0"};
    SRIOV_TRY(make_veth({&namespaces.bridge, port(i)}, guest));
    SRIOV_TRY(ip(namespaces.bridge, fmt::format("link set dev {} master br0", port(i))));
    SRIOV_TRY(set_addresses(namespaces, guest, bridged(i), 16));
    SRIOV_TRY(wait_for_link(guest, kLinkTimeoutNs));
  }
  return {};
}

Result<void> misroute(const Namespaces& namespaces) {
  for (const Namespace* netns : {&namespaces.peer, &namespaces.guests.front()}) {
    SRIOV_TRY(netns->shell().write("/proc/sys/net/ipv4/conf/all/rp_filter", "0"));
    for (const char* device : {"bridged0", netns == &namespaces.peer ? "direct1" : "direct0"})
      SRIOV_TRY(netns->shell().write(fmt::format("/proc/sys/net/ipv4/conf/{}/rp_filter", device), "0"));
  }
  SRIOV_TRY(ip(namespaces.peer, fmt::format("route add {}/32 via {}", direct(0, 2).v4, bridged(0).v4)));
  SRIOV_TRY(ip(namespaces.guests.front(), fmt::format("route add {}/32 via {}", direct(0, 1).v4, kPeerBridged.v4)));
  return {};
}

PathSetup veth_setup(const std::string& path, const Namespaces& namespaces, const TrialSettings& settings) {
  PathSetup setup{path, {}};
  const bool on_bridge = path == "veth-bridge";
  for (std::size_t i = 0; i < static_cast<std::size_t>(settings.lanes()); ++i)
    setup.lanes.push_back(settings.partner == Partner::guest
                              ? lane_between_guests(namespaces, 2 * i, on_bridge, settings.ip_version)
                              : lane_to_peer(namespaces, i, on_bridge, settings.ip_version));
  return setup;
}

void add_idle_veth(Lane& lane, const Namespaces& namespaces, std::size_t guest) {
  add_direct(lane, namespaces, guest, false);
  add_bridged(lane, namespaces, guest, false);
}

}  // namespace sriov::netns
