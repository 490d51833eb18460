// Which of a guest's network devices is the VF, which is netfront, which is emulated.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "host/shell.h"

namespace sriov::xen {

enum class NicKind {
  vf,        ///< A passed-through PCI function.
  netfront,  ///< The paravirtual frontend (driver "vif").
  emulated,  ///< The device model's NIC (e1000, rtl8139 …).
  other,     ///< Loopback, bridges, tunnels.
};
[[nodiscard]] std::string_view to_string(NicKind kind);

struct GuestNic {
  std::string name;         ///< "eth1".
  std::string mac;          ///< Lower case.
  std::string driver;       ///< "igbvf", "vif", "e1000" or "".
  std::string pci_address;  ///< As the guest sees it; "" when it is not PCI.
  NicKind kind = NicKind::other;
};

/// What a driver and a bus make of a device.
[[nodiscard]] NicKind nic_kind(std::string_view driver, bool is_pci);
/// Reads /sys/class/net of the guest behind `shell`. Needs no more than busybox there.
[[nodiscard]] Result<std::vector<GuestNic>> guest_nics(Shell& shell);
/// The NIC of a kind, with `mac` when that is not "": an emulated NIC and its netfront twin share their MAC, so both
/// are looked at. Without a MAC there must be exactly one of the kind. The error lists what the guest has.
[[nodiscard]] Result<GuestNic> find_nic(const std::vector<GuestNic>& nics, NicKind kind, const std::string& mac,
                                        const std::string& guest);
/// The domain's uuid as the guest reads it, matching Domain::uuid; "" outside Xen.
[[nodiscard]] std::string guest_uuid(Shell& shell);

}  // namespace sriov::xen
