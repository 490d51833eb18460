// The statistics that the kernel has names for (IEEE 802.3, RMON), of the drivers that report them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "collector/collector.h"
#include "collector/net/ethtool_netlink.h"

namespace sriov {

/// Whoever answers: the kernel, or a test.
class StandardStatsSource {
 public:
  virtual ~StandardStatsSource() = default;
  [[nodiscard]] virtual std::vector<std::string> strings(std::uint32_t set) = 0;
  /// Replaces `out`; false when the device does not answer (it is gone).
  [[nodiscard]] virtual bool read(const std::string& device, std::vector<StandardValue>& out) = 0;
};

/// The kernel's answers; the error says why there are none.
[[nodiscard]] Result<std::unique_ptr<StandardStatsSource>> open_standard_stats();

/// The standard statistics of one device, as columns of `metric` with the labels device, driver, group, statistic and,
/// for the RMON histograms, direction.
class StandardStatistics {
 public:
  /// Reads once and makes the columns of what the driver tells.
  StandardStatistics(std::string device, std::string driver, const Metric& metric, StandardStatsSource& source,
                     Recorder& recorder);

  /// Whether the driver told nothing.
  [[nodiscard]] bool empty() const { return columns_.empty(); }
  /// Sets the columns; what the driver tells for the first time gets one.
  void sample(Recorder& recorder);

 private:
  std::size_t column_of(const StandardKey& key, std::size_t place, Recorder& recorder);
  std::size_t add_column(const StandardKey& key, Recorder& recorder);
  std::string string_of(std::uint32_t set, std::uint32_t place);

  std::string device_;
  std::string driver_;
  const Metric* metric_;
  StandardStatsSource* source_;
  std::vector<StandardValue> values_;
  std::vector<std::pair<StandardKey, std::size_t>> columns_;  ///< In the order of the first answer.
  std::map<std::uint32_t, std::vector<std::string>> strings_;
};

}  // namespace sriov
