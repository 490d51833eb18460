// What a network card's MAC sent to and took from the wire, by whatever names its driver has for it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collector/vf/vf_drivers.h"
#include "host/driver_statistics.h"

namespace sriov {

/// Places in MacReading.
enum MacCounter : std::size_t { kMacRxBytes, kMacTxBytes, kMacRxPackets, kMacTxPackets, kMacCounterCount };
using MacReading = std::array<std::int64_t, kMacCounterCount>;

/// Where each counter's parts stand among a driver's statistics: `names` as ethtool lists them. A counter of which a
/// part is missing has none.
using MacIndices = std::array<std::vector<std::size_t>, kMacCounterCount>;
[[nodiscard]] MacIndices find_mac_statistics(const MacCounters& known, const std::vector<std::string>& names);

/// Reads them from the driver. Allocates nothing unless the driver's set changed.
class MacReader {
 public:
  /// nullopt when the driver's names are not known or the device does not have them.
  [[nodiscard]] static std::optional<MacReader> open(const std::string& netdev, std::string_view driver);
  /// What is not known is absent.
  [[nodiscard]] MacReading read();

 private:
  MacReader(const std::string& netdev, const MacCounters& known) : statistics_(netdev), known_(&known) { look(); }
  void look();

  DriverStatistics statistics_;
  const MacCounters* known_;
  MacIndices indices_;
  std::uint64_t generation_ = 0;  ///< Of the indices.
};

}  // namespace sriov
