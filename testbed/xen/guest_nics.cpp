#include "testbed/xen/guest_nics.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/pci_address.h"
#include "core/text.h"
#include "host/remote_files.h"

namespace sriov::xen {
namespace {

/// Linux drivers of the NICs that QEMU models for Xen guests (xl-network-configuration(5), `model`).
constexpr std::array<std::string_view, 7> kEmulatedDrivers{"e1000", "e1000e",   "8139cp", "8139too",
                                                           "r8169", "ne2k-pci", "pcnet32"};

GuestNic read_nic(Shell& shell, const std::string& name) {
  const std::string directory = "/sys/class/net/" + name;
  GuestNic nic;
  nic.name = name;
  nic.mac = read_word(shell, directory + "/address");
  const std::string device = link_name(shell, directory + "/device");
  if (device.empty()) return nic;
  nic.driver = link_name(shell, directory + "/device/driver");
  if (is_pci_address(device)) nic.pci_address = device;
  nic.kind = nic_kind(nic.driver, !nic.pci_address.empty());
  return nic;
}

std::string describe(const std::vector<GuestNic>& nics) {
  std::vector<std::string> parts;
  for (const GuestNic& nic : nics)
    if (nic.kind != NicKind::other)
      parts.push_back(fmt::format("{} ({}, {}, {})", nic.name, to_string(nic.kind), nic.driver, nic.mac));
  return parts.empty() ? "none" : join(parts, ", ");
}

}  // namespace

std::string_view to_string(NicKind kind) {
  switch (kind) {
    case NicKind::vf:
      return "vf";
    case NicKind::netfront:
      return "netfront";
    case NicKind::emulated:
      return "emulated";
    case NicKind::other:
      break;
  }
  return "other";
}

NicKind nic_kind(std::string_view driver, bool is_pci) {
  if (driver == "vif" || driver == "xen_netfront" || driver == "netfront") return NicKind::netfront;
  if (!is_pci || driver.empty()) return NicKind::other;
  const bool emulated = std::ranges::find(kEmulatedDrivers, driver) != kEmulatedDrivers.end();
  return emulated ? NicKind::emulated : NicKind::vf;
}

Result<std::vector<GuestNic>> guest_nics(Shell& shell) {
  const auto names = list_directory(shell, "/sys/class/net");
  if (names.empty()) return fail("cannot list /sys/class/net", shell.name(), "is sysfs mounted there?");
  std::vector<GuestNic> nics;
  nics.reserve(names.size());
  for (const std::string& name : names) nics.push_back(read_nic(shell, name));
  return nics;
}

Result<GuestNic> find_nic(const std::vector<GuestNic>& nics, NicKind kind, const std::string& mac,
                          const std::string& guest) {
  std::vector<GuestNic> found;
  for (const GuestNic& nic : nics)
    if (nic.kind == kind && (mac.empty() || nic.mac == mac)) found.push_back(nic);
  if (found.size() == 1) return found.front();
  const std::string with = mac.empty() ? std::string() : " with MAC " + mac;
  if (found.empty())
    return fail_environment(fmt::format("no {} device{}; it has: {}", to_string(kind), with, describe(nics)), guest,
                            kind == NicKind::vf ? "is the VF attached (xl pci-list) and its driver loaded in the guest?"
                                                : "does its configuration have such a vif (xl network-list)?");
  return fail_environment(fmt::format("{} {} devices{}: {}", found.size(), to_string(kind), with, describe(nics)),
                          guest, fmt::format("say which: set {}_{}_mac in [testbed]", guest, to_string(kind)));
}

std::string guest_uuid(Shell& shell) { return read_word(shell, "/sys/hypervisor/uuid"); }

}  // namespace sriov::xen
