#include "host/driver_statistics.h"

namespace sriov {
namespace {

constexpr std::size_t kRoomToGrow = 256;  // Should the set grow between the question and the answer.
static_assert(sizeof(ethtool_stats) % sizeof(std::uint64_t) == 0, "the values are aligned");

}  // namespace

void DriverStatistics::look() {
  names_ = device_.strings(ETH_SS_STATS);
  values_ = EthtoolBuffer<ethtool_stats>((names_.size() + kRoomToGrow) * sizeof(std::uint64_t));
  ++generation_;
}

/// The kernel writes as many values as the driver has by now, whatever room there is: their number is asked before.
std::optional<std::span<const std::uint64_t>> DriverStatistics::read() {
  const auto count = device_.string_count(ETH_SS_STATS);
  if (!count) return std::nullopt;
  if (*count != names_.size()) look();
  ethtool_stats& header = *values_.header();
  header.cmd = ETHTOOL_GSTATS;
  header.n_stats = static_cast<std::uint32_t>(names_.size());
  if (!device_.ask(&header) || header.n_stats != names_.size()) return std::nullopt;
  return std::span(static_cast<const std::uint64_t*>(values_.tail()), names_.size());
}

}  // namespace sriov
