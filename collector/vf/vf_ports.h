// Physical functions with their virtual ones and, in switchdev mode, the representors of those, from sysfs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/host.h"
#include "host/virtual_functions.h"

namespace sriov {

/// One virtual function of a port.
struct RepresentedVf : VirtualFunction {
  std::string representor;  ///< The netdev that stands for it in switchdev mode; "" when there is none.
};

/// A network card's physical function that has virtual ones.
struct VfPort {
  std::string pci_address;         ///< "0000:01:00.0".
  std::string netdev;              ///< "eth0"; "" when the driver has made none.
  std::string driver;              ///< "igb"; "" when it has none.
  std::string pci_vendor;          ///< "0x8086".
  std::string pci_device;          ///< "0x10c9".
  std::string device_folder;       ///< Its folder in sysfs.
  std::vector<RepresentedVf> vfs;  ///< By index.

  /// The netdev, or the address of a function that has none.
  [[nodiscard]] const std::string& name() const { return netdev.empty() ? pci_address : netdev; }
};

/// All network cards with at least one VF, by PCI address.
[[nodiscard]] std::vector<VfPort> scan_vf_ports(const Host& host);

/// Which VF a representor stands for.
struct RepresentorId {
  unsigned pf = 0;
  unsigned vf = 0;
};
/// phys_port_name "pf0vf3"; nullopt for other ports ("p0", "pf0sf1") and for VFs of another host ("c1pf0vf3").
[[nodiscard]] std::optional<RepresentorId> parse_representor_name(std::string_view phys_port_name);

}  // namespace sriov
