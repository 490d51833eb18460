// Which device an interrupt number belongs to, from sysfs.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/host.h"

namespace sriov {

/// A PCI function as far as interrupts are concerned.
struct PciFunction {
  std::string address;               ///< "0000:01:10.0".
  bool is_vf = false;                ///< Its own kernel says so, or its driver or device id is a VF's (in a guest).
  bool is_pf = false;                ///< Has the SR-IOV capability.
  std::vector<std::string> netdevs;  ///< Its network devices.
};

/// A snapshot of sysfs; taken again when interrupt lines come.
class IrqDevices {
 public:
  [[nodiscard]] static IrqDevices scan(const Host& host);

  /// The function whose MSI or MSI-X vector `irq` is (msi_irqs/); nullptr when it is none.
  [[nodiscard]] const PciFunction* by_irq(const std::string& irq) const;
  [[nodiscard]] const PciFunction* by_address(const std::string& address) const;
  [[nodiscard]] const PciFunction* by_netdev(const std::string& netdev) const;
  /// The netdev of the Xen frontend `vif` ("vif0" -> "eth0"); "" when it is not here.
  [[nodiscard]] std::string netfront_netdev(const std::string& vif) const;
  /// The frontend of a netdev ("eth0" -> "vif0"); "" when it is not a netfront.
  [[nodiscard]] std::string netfront_vif(const std::string& netdev) const;
  /// The longest netdev name that `action` starts with, followed by '-' or nothing; "" when there is none.
  [[nodiscard]] std::string netdev_in(std::string_view action) const;

 private:
  std::map<std::string, PciFunction> functions_;      ///< By address.
  std::map<std::string, std::string> irq_function_;   ///< IRQ -> address.
  std::map<std::string, std::string> netdev_parent_;  ///< Netdev -> name of its device: an address, "vif-0", or "".
};

}  // namespace sriov
