// The [testbed] table of an experiment on a real Xen host.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"

namespace sriov::xen {

/// One guest as the user described it. Empty strings: find it out from the guest.
struct GuestSettings {
  int number = 1;                                ///< n of guestN, and what {n} stands for.
  std::string endpoint;                          ///< "guest1".
  std::string target;                            ///< Where its agent is: "ssh:root@10.0.0.11".
  std::map<std::string, std::string> macs;       ///< By path: vf, netfront, emulated.
  std::map<std::string, std::string> addresses;  ///< By path: "10.0.1.11/24".
};

/// How to make guests instead of using running ones.
struct GuestImage {
  std::string kernel;
  std::string ramdisk;
  std::string cmdline;  ///< May hold {n} and the MACs {vf_mac}, {netfront_mac}, {emulated_mac}.
  int memory_mib = 512;
  int vcpus = 1;
};

struct XenSettings {
  std::string pf;              ///< "eth0" or "0000:01:00.0".
  std::string bridge;          ///< "xenbr0".
  std::string bridge_uplink;   ///< "eth2".
  std::string bridge_address;  ///< "10.0.0.2/24".
  std::string peer;            ///< Target of the peer's agent.
  std::string peer_address;    ///< "" = the peer's address in the guest's subnet.
  std::string native_address;  ///< Of the PF in dom0; "" = the one it has.
  bool small_pages = false;    ///< iommu_pages = "4k": guests that are made get IOMMU mappings of 4 KiB.
  std::string xl = "xl";
  std::vector<GuestSettings> guests;
  std::optional<GuestImage> image;
};

/// All names that [testbed] may have for testbed = "xen".
[[nodiscard]] std::vector<std::string> xen_setting_names();
/// Reads and checks them for so many guests on these paths. Errors say which line to write.
[[nodiscard]] Result<XenSettings> parse_xen_settings(const std::map<std::string, std::string>& settings, int guests,
                                                     const std::vector<std::string>& paths);
/// `text` with {n} and the {…_mac} words of `guest` filled in.
[[nodiscard]] std::string expand(std::string text, const GuestSettings& guest);

}  // namespace sriov::xen
