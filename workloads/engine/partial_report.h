// What is known of a side that failed, or of one that still runs: the sum of its intervals.
#pragma once

#include <optional>
#include <vector>

#include "core/histogram.h"
#include "core/workload_types.h"

namespace sriov {

/// Adds intervals up as they come. Keeps the first 3,600 of them; the sums go on.
class PartialReport {
 public:
  void add(const WorkloadInterval& interval);
  [[nodiscard]] bool empty() const { return !begun_; }
  /// Counts and rates over the part of the window that was counted. The note is empty.
  [[nodiscard]] WorkloadReport report() const;

 private:
  bool begun_ = false;  ///< Some interval of the window is there.
  WorkloadReport sum_;
};

}  // namespace sriov
