// The Linux bridge that netback's vifs hang on.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "host/shell.h"
#include "testbed/xen/changes.h"

namespace sriov::xen {

/// A network device as iproute2 sees it.
struct Link {
  std::string name;
  std::string mac;     ///< Lower case.
  std::string master;  ///< The bridge it is a port of, or "".
  bool is_bridge = false;
  bool is_up = false;
};
/// Parses `ip -json -details link show`.
[[nodiscard]] Result<std::vector<Link>> parse_links(std::string_view json);
[[nodiscard]] Result<std::vector<Link>> links(Shell& shell);

struct Address {
  std::string device;
  std::string address;     ///< "10.77.1.1", without the prefix length.
  int prefix_length = 32;  ///< 24.
};
/// Parses `ip -o addr show` in iproute2's or busybox's words; link-local and loopback addresses are left out.
[[nodiscard]] std::vector<Address> parse_addresses(std::string_view text);
/// Works on machines with no more than busybox.
[[nodiscard]] Result<std::vector<Address>> addresses(Shell& shell);

struct BridgeSpec {
  std::string name;     ///< "xenbr0".
  std::string uplink;   ///< The port to the outside, or "" for none.
  std::string address;  ///< "10.0.0.2/24" for dom0 itself, or "".
};
/// Creates the bridge, or completes one that is there. An uplink that is a port of another bridge is refused; addresses
/// of the uplink stay where they are (they stop working while it is a port), which the error-free path never needs.
[[nodiscard]] Result<void> ensure_bridge(const ChangingMachine& machine, const BridgeSpec& spec);

/// Unicast addresses in the filter of `device`'s own hardware: the "self" entries of `bridge -json fdb show`.
[[nodiscard]] Result<std::vector<std::string>> parse_filter_macs(std::string_view json);
/// Puts guests' vif MACs into the uplink's filter (`bridge fdb add MAC dev UPLINK self`). Needed when the uplink is a
/// PF with VFs: its switch hands it only the unicast frames of MACs in its filter, so ARP would work and nothing else.
[[nodiscard]] Result<void> admit_macs(const ChangingMachine& machine, const std::string& uplink,
                                      const std::vector<std::string>& macs);

}  // namespace sriov::xen
