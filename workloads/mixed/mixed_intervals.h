// The intervals of workloads that run beside each other, as intervals of the whole.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "core/workload_types.h"

namespace sriov {

/// The measure `name` of one part of a mixture: "tcp_rr.transactions".
[[nodiscard]] std::string name_in_part(const std::string& part, const std::string& name);

/// Puts together what the parts' sides tell as they run. The n-th intervals of all parts make the n-th of the whole:
/// parts have the same warm-up, window and interval, each counted from its own beginning. Its times are those of the
/// first part in it; its measures the sums of what every part in `summed` has, and each part's own under the
/// part's name. Safe to use from the parts' threads.
class MixedIntervals {
 public:
  /// `observer` may be empty: then nothing is done.
  MixedIntervals(std::vector<std::string> parts, std::vector<std::string> summed, IntervalObserver observer);

  void put(std::size_t part, const WorkloadInterval& interval);
  /// The part has ended: the others are told without it.
  void leave(std::size_t part);

 private:
  void tell_complete();

  std::vector<std::string> parts_;
  std::vector<std::string> summed_;
  IntervalObserver observer_;
  std::mutex mutex_;
  std::vector<std::deque<WorkloadInterval>> waiting_;  ///< By part, those not told yet.
  std::vector<bool> has_left_;
};

/// The same of finished reports. Empty when a part has none (a tool of others), and when the parts' intervals do not
/// lie beside each other, as where a long run of one kept longer ones than that of another.
[[nodiscard]] std::vector<WorkloadInterval> mixed_intervals(const std::vector<std::string>& parts,
                                                            const std::vector<std::string>& summed,
                                                            const std::vector<WorkloadReport>& reports);

}  // namespace sriov
