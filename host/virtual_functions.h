// The virtual functions of a PCI device, from sysfs.
#pragma once

#include <string>
#include <vector>

#include "host/shell.h"

namespace sriov {

/// One virtual function of a physical one.
struct VirtualFunction {
  unsigned index = 0;       ///< N of virtfnN and of `ip link set PF vf N`.
  std::string pci_address;  ///< "0000:01:10.0".
  std::string driver;       ///< "pciback" when it is assignable or passed through, "igbvf", … or "".
};

/// By index. `device_folder`: the physical function's in sysfs. Empty when it has none.
[[nodiscard]] std::vector<VirtualFunction> virtual_functions(const std::string& device_folder);
/// The same on the machine behind `shell`.
[[nodiscard]] std::vector<VirtualFunction> virtual_functions(Shell& shell, const std::string& device_folder);
/// The folder of one of them: device_folder/virtfnN.
[[nodiscard]] std::string virtual_function_folder(const std::string& device_folder, unsigned index);

}  // namespace sriov
