// CPU time of a process as it went on, so that a part of its life can be told afterwards.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/time.h"
#include "host/process.h"

namespace sriov {

/// Samples in order of time. Beyond kMostSamples every second one is dropped, and from then on fewer are taken.
class CpuTimeline {
 public:
  static constexpr std::size_t kMostSamples = 8192;

  /// Whether the next sample is due at `now_ns`.
  [[nodiscard]] bool is_due(std::int64_t now_ns) const;
  void add(std::int64_t now_ns, const ChildCpuTime& so_far);
  /// CPU time between two instants, in a straight line between the samples around each; what lies before the first or
  /// behind the last sample counts nothing. Absent with less than two samples.
  [[nodiscard]] std::optional<ChildCpuTime> between(std::int64_t begin_ns, std::int64_t end_ns) const;

 private:
  struct Sample {
    std::int64_t at_ns = 0;
    ChildCpuTime cpu;
  };
  [[nodiscard]] ChildCpuTime at(std::int64_t instant_ns) const;

  std::vector<Sample> samples_;
  std::int64_t period_ns_ = 20 * kNsPerMs;
};

}  // namespace sriov
