// The statistics of a network driver (`ethtool -S`), read again and again.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/ethtool_ioctl.h"

namespace sriov {

/// Of one network device. Follows a set that grows and shrinks with the number of queues.
class DriverStatistics {
 public:
  explicit DriverStatistics(const std::string& device) : device_(device) { look(); }

  /// What the driver calls them, as of the last read(); empty for a driver without any.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// Another number whenever names() changed.
  [[nodiscard]] std::uint64_t generation() const { return generation_; }
  /// The values in the order of names(), valid until the next read(); nullopt when the device has gone or its set
  /// changes at this moment. Allocates nothing unless the set changed.
  [[nodiscard]] std::optional<std::span<const std::uint64_t>> read();

 private:
  void look();

  EthtoolDevice device_;
  std::vector<std::string> names_;
  std::uint64_t generation_ = 0;
  EthtoolBuffer<ethtool_stats> values_{0};
};

}  // namespace sriov
