#include "collector/interrupts/irq_devices.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "host/file.h"

namespace sriov {
namespace {

/// Drivers that bind to virtual functions only: in a guest, where `physfn` cannot be seen, they tell a VF.
constexpr std::array<std::string_view, 6> kVfDrivers{"igbvf", "ixgbevf", "iavf", "i40evf", "fm10kvf", "thunder-nicvf"};
/// Virtual functions that share the physical function's driver (mlx4, mlx5), by the kernel's own id tables.
constexpr std::array<std::string_view, 8> kMellanoxVfIds{"0x1002", "0x1004", "0x1012", "0x1014",
                                                         "0x1016", "0x1018", "0x101a", "0x101e"};

bool is_vf(const std::string& folder) {
  if (!read_link(folder + "/physfn").empty()) return true;
  const std::string driver = link_name(folder + "/driver");
  if (std::find(kVfDrivers.begin(), kVfDrivers.end(), driver) != kVfDrivers.end()) return true;
  if (read_word(folder + "/vendor") != "0x15b3") return false;
  const std::string device = read_word(folder + "/device");
  return std::find(kMellanoxVfIds.begin(), kMellanoxVfIds.end(), device) != kMellanoxVfIds.end();
}

/// The netdevs of a function: below it, or below the virtio device that sits on it.
std::vector<std::string> netdevs_of(const std::string& folder) {
  std::vector<std::string> found = list_directory(folder + "/net");
  for (const std::string& entry : list_directory(folder)) {
    if (!entry.starts_with("virtio")) continue;
    const std::vector<std::string> below = list_directory(fmt::format("{}/{}/net", folder, entry));
    found.insert(found.end(), below.begin(), below.end());
  }
  return found;
}

}  // namespace

IrqDevices IrqDevices::scan(const Host& host) {
  IrqDevices out;
  const std::string pci = host.sys + "/bus/pci/devices/";
  for (const std::string& address : list_directory(pci)) {
    const std::string folder = pci + address;
    PciFunction function{address, is_vf(folder), exists(folder + "/sriov_totalvfs"), netdevs_of(folder)};
    for (const std::string& irq : list_directory(folder + "/msi_irqs")) out.irq_function_[irq] = address;
    for (const std::string& netdev : function.netdevs) out.netdev_parent_[netdev] = address;
    out.functions_[address] = std::move(function);
  }
  const std::string net = host.sys + "/class/net/";
  for (const std::string& netdev : list_directory(net))
    out.netdev_parent_.try_emplace(netdev, link_name(net + netdev + "/device"));
  return out;
}

const PciFunction* IrqDevices::by_irq(const std::string& irq) const {
  const auto found = irq_function_.find(irq);
  return found == irq_function_.end() ? nullptr : by_address(found->second);
}

const PciFunction* IrqDevices::by_address(const std::string& address) const {
  const auto found = functions_.find(address);
  return found == functions_.end() ? nullptr : &found->second;
}

const PciFunction* IrqDevices::by_netdev(const std::string& netdev) const {
  const auto found = netdev_parent_.find(netdev);
  return found == netdev_parent_.end() ? nullptr : by_address(found->second);
}

std::string IrqDevices::netfront_netdev(const std::string& vif) const {
  if (!vif.starts_with("vif")) return {};
  const std::string parent = "vif-" + vif.substr(3);
  for (const auto& [netdev, device] : netdev_parent_)
    if (device == parent) return netdev;
  return {};
}

std::string IrqDevices::netfront_vif(const std::string& netdev) const {
  const auto found = netdev_parent_.find(netdev);
  if (found == netdev_parent_.end() || !found->second.starts_with("vif-")) return {};
  const std::string id = found->second.substr(4);  // A frontend is "vif-0"; netback's own are "vif-1-0".
  return id.find('-') == std::string::npos ? "vif" + id : std::string();
}

std::string IrqDevices::netdev_in(std::string_view action) const {
  std::string best;
  for (const auto& [netdev, device] : netdev_parent_) {
    const bool matches = action.starts_with(netdev) && (action.size() == netdev.size() || action[netdev.size()] == '-');
    if (matches && netdev.size() > best.size()) best = netdev;
  }
  return best;
}

}  // namespace sriov
