// Physical and virtual functions through sysfs.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "host/shell.h"
#include "host/virtual_functions.h"
#include "testbed/xen/changes.h"

namespace sriov::xen {

struct PhysicalFunction {
  std::string pci_address;  ///< "0000:01:00.0".
  std::string netdev;       ///< "eth0"; "" when its driver has made none.
  std::string driver;       ///< "igb".
  int total_vfs = 0;        ///< What the card offers.
  std::vector<VirtualFunction> vfs;
};

/// Every network device that can make VFs.
[[nodiscard]] Result<std::vector<PhysicalFunction>> physical_functions(Shell& shell);
/// The PF named by its netdev ("eth0") or PCI address; an error that lists what there is.
[[nodiscard]] Result<PhysicalFunction> find_physical_function(Shell& shell, const std::string& name);

/// Makes sure that the PF has at least `count` VFs and returns it with them. A PF with other than 0 VFs must go
/// through 0, which takes them from whoever uses them; so too few existing VFs are an error, not a change.
/// While they are made no driver of dom0 probes them (sriov_drivers_autoprobe=0): they are for guests.
[[nodiscard]] Result<PhysicalFunction> ensure_vfs(const ChangingMachine& machine, const std::string& pf, int count);

/// Gives VF `index` its MAC. Must come before the guest's driver loads, else the driver makes a random one.
[[nodiscard]] Result<void> set_vf_mac(const ChangingMachine& machine, const PhysicalFunction& pf, unsigned index,
                                      const std::string& mac);

/// Drivers that hand a device to a guest rather than use it.
[[nodiscard]] bool is_passthrough_driver(const std::string& driver);

}  // namespace sriov::xen
