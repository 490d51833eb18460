// The statistics that the kernel has standard names for, as ETHTOOL_MSG_STATS_GET tells them, without the socket.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sriov {

/// Which number of a device it is.
struct StandardKey {
  enum class Kind : std::uint8_t {
    statistic,     ///< The string at `place` of the string set `names`.
    rx_histogram,  ///< Packets received of `low` to `high` bytes; `names` and `place` are 0.
    tx_histogram,  ///< … transmitted.
  };

  std::uint32_t group = 0;  ///< ETHTOOL_STATS_…: its name is at this place of the string set ETH_SS_STATS_STD.
  Kind kind = Kind::statistic;
  std::uint32_t names = 0;
  std::uint32_t place = 0;
  std::uint32_t low = 0;
  std::uint32_t high = 0;

  friend auto operator<=>(const StandardKey&, const StandardKey&) = default;
};

struct StandardValue {
  StandardKey key;
  std::int64_t value = 0;
};

/// Replaces `out` by what the attributes of a reply (those that follow the genlmsghdr) tell. Works on any bytes: what
/// does not fit is left out. Allocates nothing when `out` has held as many before.
void parse_standard_stats(std::span<const std::byte> attributes, std::vector<StandardValue>& out);

/// The strings of one set in the attributes of a reply to ETHTOOL_MSG_STRSET_GET, by their index; empty when it is not
/// there.
[[nodiscard]] std::vector<std::string> parse_string_set(std::span<const std::byte> attributes, std::uint32_t set);

/// What a bucket of the RMON histograms is called, as ethtool does: "etherStatsPkts65to127Octets"; the last one may end
/// at "Max".
[[nodiscard]] std::string histogram_name(const StandardKey& bucket);

/// The number of a family in the attributes of the controller's reply (CTRL_CMD_GETFAMILY); nullopt when there is none.
[[nodiscard]] std::optional<std::uint16_t> parse_family_id(std::span<const std::byte> attributes);

}  // namespace sriov
