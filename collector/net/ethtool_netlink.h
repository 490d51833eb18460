// The kernel's ethtool family of generic netlink: what SIOCETHTOOL does not tell.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collector/net/netlink_socket.h"
#include "collector/net/standard_stats_message.h"
#include "core/result.h"

namespace sriov {

/// Sees the network namespace of the thread that opened it.
class EthtoolNetlink {
 public:
  /// Error where the kernel has no such family (before Linux 5.6).
  [[nodiscard]] static Result<EthtoolNetlink> open();

  /// Strings of a set that belongs to the kernel, not to a device (ETH_SS_STATS_STD); empty when there are none.
  [[nodiscard]] Result<std::vector<std::string>> strings(std::uint32_t set);
  /// Replaces `out` by the standard statistics of a device: of the first `groups` groups (ETHTOOL_STATS_…). Error where
  /// the kernel has none (before Linux 5.13) or the device is gone. Allocates nothing in steady state.
  [[nodiscard]] Result<void> read_standard_stats(const std::string& device, std::uint32_t groups,
                                                 std::vector<StandardValue>& out);

 private:
  NetlinkSocket socket_;
  std::uint16_t family_ = 0;
};

}  // namespace sriov
