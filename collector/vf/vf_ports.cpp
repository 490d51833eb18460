#include "collector/vf/vf_ports.h"

#include <charconv>

#include "core/text.h"
#include "host/file.h"
#include "host/virtual_functions.h"

namespace sriov {
namespace {

std::vector<RepresentedVf> without_representors(std::vector<VirtualFunction> found) {
  std::vector<RepresentedVf> vfs;
  for (VirtualFunction& vf : found) vfs.push_back({std::move(vf), {}});
  return vfs;
}

/// In switchdev mode the uplink's own netdev is the one called "p0", and the representors may be beside it.
std::string uplink_netdev(const Host& host, const std::string& folder) {
  const std::vector<std::string> netdevs = list_directory(folder + "/net");
  for (const std::string& netdev : netdevs)
    if (!parse_representor_name(read_word(host.sys + "/class/net/" + netdev + "/phys_port_name"))) return netdev;
  return {};
}

/// Of the ports on the same switch the one whose function number the representor names: a bonded card has one switch.
VfPort* port_of(std::vector<VfPort>& ports, const Host& host, const std::string& switch_id, unsigned pf) {
  VfPort* only = nullptr;
  std::size_t on_switch = 0;
  for (VfPort& port : ports) {
    if (port.netdev.empty() || read_word(host.sys + "/class/net/" + port.netdev + "/phys_switch_id") != switch_id)
      continue;
    if (port.pci_address.ends_with("." + std::to_string(pf))) return &port;
    only = &port;
    ++on_switch;
  }
  return on_switch == 1 ? only : nullptr;
}

void find_representors(std::vector<VfPort>& ports, const Host& host) {
  const std::string net = host.sys + "/class/net/";
  for (const std::string& netdev : list_directory(net)) {
    const auto id = parse_representor_name(read_word(net + netdev + "/phys_port_name"));
    const std::string switch_id = read_word(net + netdev + "/phys_switch_id");
    if (!id || switch_id.empty()) continue;
    VfPort* port = port_of(ports, host, switch_id, id->pf);
    if (port == nullptr) continue;
    for (RepresentedVf& vf : port->vfs)
      if (vf.index == id->vf) vf.representor = netdev;
  }
}

/// The number after `prefix`, both taken off the front.
std::optional<unsigned> take_number(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  unsigned number = 0;
  const char* begin = text.data() + prefix.size();
  const auto parsed = std::from_chars(begin, text.data() + text.size(), number);
  if (parsed.ec != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  return number;
}

}  // namespace

std::vector<VfPort> scan_vf_ports(const Host& host) {
  constexpr std::string_view kNetworkClass = "0x02";
  std::vector<VfPort> ports;
  const std::string pci = host.sys + "/bus/pci/devices/";
  for (const std::string& address : list_directory(pci)) {
    const std::string folder = pci + address;
    if (to_int(read_word(folder + "/sriov_numvfs")).value_or(0) == 0) continue;
    const std::string pci_class = read_word(folder + "/class");
    if (!pci_class.empty() && !pci_class.starts_with(kNetworkClass)) continue;
    VfPort port;
    port.pci_address = address;
    port.netdev = uplink_netdev(host, folder);
    port.driver = link_name(folder + "/driver");
    port.pci_vendor = read_word(folder + "/vendor");
    port.pci_device = read_word(folder + "/device");
    port.device_folder = folder;
    port.vfs = without_representors(virtual_functions(folder));
    ports.push_back(std::move(port));
  }
  find_representors(ports, host);
  return ports;
}

std::optional<RepresentorId> parse_representor_name(std::string_view phys_port_name) {
  const auto pf = take_number(phys_port_name, "pf");
  if (!pf) return std::nullopt;
  const auto vf = take_number(phys_port_name, "vf");
  if (!vf || !phys_port_name.empty()) return std::nullopt;
  return RepresentorId{*pf, *vf};
}

}  // namespace sriov
