// A guest of the lab: one that has every path at once, so that paths are compared within one domain.
#pragma once

#include <string>

#include "testbed/xen/domain_config.h"
#include "testbed/xen/xen_settings.h"

namespace sriov::lab {

constexpr int kMostGuests = 6;  ///< What the machine's memory holds, and the card's VFs.

/// Kernel at 16 MiB, initramfs at 128 MiB and unpacked once more.
inline constexpr int kGuestMemoryMib = 224;

/// "10.77.0.11": where guest 1's agent is reached, from dom0.
[[nodiscard]] std::string management_address(int number);
[[nodiscard]] std::string guest_name(int number);
/// MAC and address of each path, as the testbed code for real hosts wants them.
[[nodiscard]] xen::GuestSettings guest_settings(int number, const std::string& target);
/// Its domain, with the VF at `vf_address` and, when `hap`, nested paging.
[[nodiscard]] xen::DomainConfig guest_config(int number, const std::string& vf_address, bool hap);
/// The file of dom0 that its console goes to.
[[nodiscard]] std::string guest_console(int number);

}  // namespace sriov::lab
