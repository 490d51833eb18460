// When a stream must end: the caller's stop flag, or the failure of another stream of the same side.
#pragma once

#include <atomic>
#include <cstdint>

#include "core/time.h"
#include "workloads/workload.h"

namespace sriov {

/// Shared by all threads of one side of a run. Reading it is two relaxed loads: cheap enough for every message.
class Halt {
 public:
  explicit Halt(const StopFlag& stop) : stop_(stop) {}

  [[nodiscard]] bool requested() const { return stop_.requested() || failed_.load(std::memory_order_relaxed); }
  /// One stream failed: the others have no reason to go on.
  void fail() { failed_.store(true, std::memory_order_relaxed); }

 private:
  const StopFlag& stop_;
  std::atomic<bool> failed_{false};
};

/// How long a blocking step may take. It also ends when `halt` is requested; nullptr: only the deadline counts.
struct Patience {
  std::int64_t deadline_ns = 0;  ///< CLOCK_MONOTONIC.
  const Halt* halt = nullptr;
};

/// Upper bound of one blocking call, so that the stop flag is seen in time.
inline constexpr std::int64_t kPollNs = 50 * kNsPerMs;
/// How long a stopped stream takes leave of its peer.
inline constexpr std::int64_t kFarewellNs = 100 * kNsPerMs;
/// A peer that is silent (or takes no bytes) for longer is lost. Long: an emulated guest may stall for seconds.
inline constexpr std::int64_t kSilenceNs = 20 * kNsPerSecond;
inline constexpr std::int64_t kConnectNs = 5 * kNsPerSecond;
inline constexpr std::int64_t kAcceptNs = 10 * kNsPerSecond;

}  // namespace sriov
