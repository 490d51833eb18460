// What is known of PF drivers: whether they tell the host what their VFs carry, and what their port counters are
// called.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace sriov {

enum class VfCounterSupport { yes, no, unproven };

struct VfCounterDriver {
  std::string_view driver;
  VfCounterSupport support;
  std::string_view source;  ///< Where this is known from.
};

/// What is known of a PF driver; nullopt for one that is not in the table. The kernel prints zeros for a driver without
/// ndo_get_vf_stats, so a reading of 0 alone proves nothing: hence a table.
[[nodiscard]] std::optional<VfCounterDriver> vf_counter_driver(std::string_view driver);

/// Driver statistics (ethtool -S) that add up to one counter of the port's MAC, VFs included. Unused places are "".
using MacStatistic = std::array<std::string_view, 3>;

/// The names under which a driver counts what its MAC sent to and took from the wire.
struct MacCounters {
  std::string_view driver;
  MacStatistic rx_bytes;
  MacStatistic tx_bytes;
  MacStatistic rx_packets;
  MacStatistic tx_packets;
};

/// nullptr for a driver whose names are not known.
[[nodiscard]] const MacCounters* mac_counters(std::string_view driver);

}  // namespace sriov
