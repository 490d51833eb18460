// What the kernel says of one network device over rtnetlink: its name and its 64-bit counters, without the socket.
#pragma once

#include <linux/if_link.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sriov {

/// Counters of a network device, as many of them as the kernel knows: the structure grew at its end (rx_nohandler came
/// with Linux 4.6, rx_otherhost_dropped with 5.19).
class LinkCounters {
 public:
  LinkCounters() = default;
  /// `bytes`: the front of a rtnl_link_stats64.
  explicit LinkCounters(std::span<const std::byte> bytes);

  /// kAbsent for a counter that the kernel did not tell.
  [[nodiscard]] std::int64_t value(__u64 rtnl_link_stats64::*counter) const;

 private:
  rtnl_link_stats64 told_{};
  std::size_t told_bytes_ = 0;
};

/// The counters among the attributes of an RTM_NEWSTATS (IFLA_STATS_LINK_64) or RTM_NEWLINK (IFLA_STATS64) message;
/// nullopt when it has none.
[[nodiscard]] std::optional<LinkCounters> parse_link_counters(std::span<const std::byte> attributes, int attribute);

/// The name among the attributes of an RTM_NEWLINK message; "" when it has none. Points into `attributes`.
[[nodiscard]] std::string_view parse_link_name(std::span<const std::byte> attributes);

}  // namespace sriov
