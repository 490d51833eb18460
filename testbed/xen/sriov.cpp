#include "testbed/xen/sriov.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/pci_address.h"
#include "core/text.h"
#include "host/remote_files.h"
#include "testbed/xen/xl.h"

namespace sriov::xen {
namespace {

const std::string kPciDevices = "/sys/bus/pci/devices/";

int number_in(Shell& shell, const std::string& path) { return static_cast<int>(read_number(shell, path).value_or(0)); }

PhysicalFunction read_physical_function(Shell& shell, const std::string& address) {
  const std::string directory = kPciDevices + address;
  PhysicalFunction pf;
  pf.pci_address = address;
  pf.driver = link_name(shell, directory + "/driver");
  pf.total_vfs = number_in(shell, directory + "/sriov_totalvfs");
  const auto netdevs = list_directory(shell, directory + "/net");
  if (!netdevs.empty()) pf.netdev = netdevs.front();
  pf.vfs = virtual_functions(shell, directory);
  return pf;
}

bool is_network_class(std::string_view pci_class) { return pci_class.starts_with("0x02"); }

/// The MAC that the PF has for a VF, from `ip -json link`; "" when it does not say.
std::string current_vf_mac(Shell& shell, const std::string& netdev, unsigned index) {
  const auto text = shell.output_of({"ip", "-json", "link", "show", "dev", netdev});
  if (!text) return {};
  const auto links = nlohmann::json::parse(*text, nullptr, false);
  if (!links.is_array() || links.empty() || !links.front().is_object()) return {};
  const auto list = links.front().find("vfinfo_list");
  if (list == links.front().end() || !list->is_array()) return {};
  for (const auto& vf : *list)
    if (vf.is_object() && vf.value("vf", std::int64_t{-1}) == index) return vf.value("address", std::string());
  return {};
}

}  // namespace

Result<std::vector<PhysicalFunction>> physical_functions(Shell& shell) {
  std::vector<PhysicalFunction> pfs;
  for (const std::string& address : list_directory(shell, kPciDevices)) {
    const std::string directory = kPciDevices + address;
    if (number_in(shell, directory + "/sriov_totalvfs") == 0) continue;
    if (is_network_class(read_word(shell, directory + "/class"))) pfs.push_back(read_physical_function(shell, address));
  }
  return pfs;
}

Result<PhysicalFunction> find_physical_function(Shell& shell, const std::string& name) {
  SRIOV_ASSIGN(const std::vector<PhysicalFunction> pfs, physical_functions(shell));
  std::vector<std::string> known;
  for (const PhysicalFunction& pf : pfs) {
    if (pf.netdev == name || pf.pci_address == full_pci_address(name)) return pf;
    known.push_back(fmt::format("{} ({})", pf.netdev.empty() ? "no netdev" : pf.netdev, pf.pci_address));
  }
  if (known.empty())
    return fail_environment("no network card here can make virtual functions", shell.name(),
                            "enable SR-IOV in the firmware setup, load the PF driver, then see `sriov-bench doctor`");
  return fail_environment(fmt::format("'{}' is not a physical function; there is: {}", name, join(known, ", ")),
                          shell.name(), "set pf in [testbed] to one of them");
}

Result<PhysicalFunction> ensure_vfs(const ChangingMachine& machine, const std::string& pf_name, int count) {
  SRIOV_ASSIGN(const PhysicalFunction pf, find_physical_function(machine.shell, pf_name));
  const auto have = static_cast<int>(pf.vfs.size());
  if (have >= count) return pf;
  if (count > pf.total_vfs)
    return fail_environment(fmt::format("{} VFs are wanted and {} offers {}", count, pf_name, pf.total_vfs),
                            machine.shell.name(), "use fewer guests, or another PF");
  if (have > 0)
    return fail_environment(
        fmt::format("{} has {} VFs and {} are wanted; their number can only change by removing them all", pf_name, have,
                    count),
        machine.shell.name(),
        fmt::format("when no guest uses them: echo 0 > {}{}/sriov_numvfs, then run again", kPciDevices,
                    pf.pci_address));
  const std::string directory = kPciDevices + pf.pci_address;
  SRIOV_TRY(
      machine.set_kernel_file("VF driver probing of " + pf.pci_address, directory + "/sriov_drivers_autoprobe", "0"));
  SRIOV_TRY(machine.set_kernel_file(fmt::format("{} VFs on {}", count, pf.pci_address), directory + "/sriov_numvfs",
                                    std::to_string(count)));
  // Back on at once: without it the kernel refuses every driver for the VFs, pciback too.
  SRIOV_TRY(
      machine.set_kernel_file("VF driver probing of " + pf.pci_address, directory + "/sriov_drivers_autoprobe", "1"));
  PhysicalFunction now = read_physical_function(machine.shell, pf.pci_address);
  if (static_cast<int>(now.vfs.size()) < count)
    return fail(fmt::format("{} has {} VFs after asking for {}", pf_name, now.vfs.size(), count), machine.shell.name(),
                "the kernel log says why (dmesg)");
  return now;
}

Result<void> set_vf_mac(const ChangingMachine& machine, const PhysicalFunction& pf, unsigned index,
                        const std::string& mac) {
  if (pf.netdev.empty())
    return fail_environment("the PF has no network device, so its VFs cannot get a MAC", pf.pci_address,
                            "load the PF driver");
  const std::string before = current_vf_mac(machine.shell, pf.netdev, index);
  if (before == mac) return {};
  const auto command = [&](const std::string& value) {
    return Command{"ip", "link", "set", "dev", pf.netdev, "vf", std::to_string(index), "mac", value};
  };
  std::vector<Command> undo;
  if (!before.empty()) undo.push_back(quietly(command(before)));
  return machine.change(fmt::format("MAC of VF {} of {}", index, pf.netdev), std::move(undo), command(mac));
}

bool is_passthrough_driver(const std::string& driver) {
  static constexpr std::array<std::string_view, 3> kDrivers{"pciback", "xen-pciback", "vfio-pci"};
  return std::ranges::find(kDrivers, driver) != kDrivers.end();
}

}  // namespace sriov::xen
