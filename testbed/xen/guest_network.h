// Addresses and routes inside a guest, so that traffic for a path uses that path's device in both directions.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "testbed/xen/bridge.h"
#include "testbed/xen/changes.h"

namespace sriov::xen {

/// The address a device is to be used by. `wanted` ("10.0.1.11/24") is added when the device lacks it; "" takes the
/// one it has. The device is brought up. An error when it has none and none is wanted: `setting` names what to write.
[[nodiscard]] Result<Address> ensure_address(const ChangingMachine& guest, const std::string& device,
                                             const std::string& wanted, const std::string& setting);

/// Two devices of one machine in one subnet answer ARP for each other and send by whichever route comes first, and the
/// "VF measurement" then measures netfront. Sets arp_ignore=1 and arp_announce=2.
[[nodiscard]] Result<void> keep_arp_apart(const ChangingMachine& machine);

/// The unique local IPv6 addresses that paths get for trials by IPv6, a subnet each: of host 1 … 64 for guests.
/// "fd53:72:1::1/64".
[[nodiscard]] std::string ipv6_of(const std::string& path, int host);
inline constexpr int kPeerHost = 0xffff;
inline constexpr int kDom0Host = 0xfffe;
/// Gives the device an IPv6 address of ours, usable at once.
[[nodiscard]] Result<Address> ensure_ipv6(const ChangingMachine& machine, const std::string& device,
                                          const std::string& address);

/// Traffic from `from` to `to` and to from's own subnet leaves by from.device: a rule and routes in table `table`.
[[nodiscard]] Result<void> route_by_source(const ChangingMachine& guest, const Address& from, const std::string& to,
                                           int table);
/// The subnet an address is in, "10.0.1.0/24".
[[nodiscard]] std::string subnet_of(const Address& address);

/// Whether both addresses are in the same subnet by the shorter prefix of the two.
[[nodiscard]] bool same_subnet(const Address& a, const Address& b);

}  // namespace sriov::xen
