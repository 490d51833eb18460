// A saturated receiver that lets datagrams gather instead of being woken for each.
#pragma once

#include <cstdint>

#include "host/clock.h"
#include "workloads/engine/halt.h"

namespace sriov {

/// Waking a sleeping receiver for every datagram costs the sender, on whose CPU the stack runs, more than the datagram
/// itself. After a batch that was not full the receiver sleeps for kNapNs, in which a million datagrams a second fill a
/// fifth of a socket's default buffer. Where sleeping takes much longer than asked for (an emulated guest, a busy
/// host) the buffer could overflow: after three such naps in a row there are no more.
class ReceiveNap {
 public:
  static constexpr std::int64_t kNapNs = 50'000;
  static constexpr std::int64_t kOversleptNs = 4 * kNapNs;

  /// Whether to sleep after a batch of `got` of at most `most`.
  [[nodiscard]] bool is_worth_it(int got, int most) const { return late_in_a_row_ < kMostLate && got < most; }
  /// Sleeps from `now_ns` on.
  void take(std::int64_t now_ns) {
    sleep_until_ns(now_ns + kNapNs);
    slept(monotonic_ns() - now_ns);
  }
  /// A nap took so long.
  void slept(std::int64_t ns) { late_in_a_row_ = ns > kOversleptNs ? late_in_a_row_ + 1 : 0; }

 private:
  static constexpr int kMostLate = 3;
  int late_in_a_row_ = 0;
};

}  // namespace sriov
