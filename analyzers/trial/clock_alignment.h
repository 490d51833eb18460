// From an endpoint's monotonic clock to the controller's and back.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/trial.h"

namespace sriov {

/// Between the offsets taken before and after a trial the clocks are taken to drift evenly; outside, not at all.
class ClockAlignment {
 public:
  explicit ClockAlignment(const std::vector<ClockOffset>& offsets);

  /// nullopt when no offset of that endpoint was taken.
  [[nodiscard]] std::optional<std::int64_t> to_controller(const std::string& endpoint, std::int64_t endpoint_ns) const;
  [[nodiscard]] std::optional<std::int64_t> from_controller(const std::string& endpoint,
                                                            std::int64_t controller_ns) const;
  /// The endpoint's offset was known to ± this: the largest error of those taken. nullopt as to_controller().
  [[nodiscard]] std::optional<std::int64_t> error_ns(const std::string& endpoint) const;

 private:
  std::map<std::string, std::vector<ClockOffset>> by_endpoint_;  ///< Sorted by when they were taken.
};

/// The time in which every side of the workload was counting, on the controller's clock.
struct CountedWindow {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  std::string why_absent;  ///< Not "" when there is no such time.
};
[[nodiscard]] CountedWindow counted_window(const TrialRecord& trial, const ClockAlignment& clocks);

}  // namespace sriov
