// A guest's configuration, and the xl.cfg text it becomes.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"

namespace sriov::xen {

/// One `vif=[…]` entry.
struct VifConfig {
  std::string bridge;
  std::string mac;
  std::string type = "vif";  ///< "vif": netfront alone; "ioemu": an emulated NIC (and a netfront beside it).
  std::string model;         ///< Of the emulated NIC: "e1000". "" for netfront.
};

/// What `xl create` is told. The names are xl.cfg(5)'s.
struct DomainConfig {
  std::string name;
  std::string type = "hvm";
  int memory_mib = 256;
  int vcpus = 1;
  bool hap = true;  ///< Nested paging; false asks for shadow paging, which not every hypervisor is built with.
  std::string kernel;
  std::string ramdisk;
  std::string cmdline;
  std::string serial;               ///< "file:/var/log/xen/guest1.serial", "" = none.
  std::string tsc_mode = "native";  ///< The guest reads the TSC without an exit: the cheapest, and no emulated drift.
  std::vector<VifConfig> vifs;
  std::vector<std::string> pci;    ///< Addresses of assignable devices.
  std::vector<std::string> extra;  ///< Further lines, as they are: "device_model_version=\"qemu-xen\"".
};

/// The text of the configuration file. Values that would break out of their quotes are usage errors.
[[nodiscard]] Result<std::string> to_xl_config(const DomainConfig& config);

}  // namespace sriov::xen
