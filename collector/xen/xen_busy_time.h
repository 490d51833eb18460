// Where the physical CPUs' busy time went: busy = what all domains were charged + what nobody was.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "collector/xen/xen_library.h"

namespace sriov {

/// Follows a reading of Xen's clocks that should never fall. Xen adds the time since a virtual CPU was switched to by
/// the clock of the physical CPU that asks, and these clocks differ a little: so a reading can be below the one before.
class SteadyReading {
 public:
  /// `now`, or the reading before when `now` is less than 10 ms below it. More than that is a new start.
  [[nodiscard]] std::int64_t hold(std::int64_t now);
  /// How far the last reading was below the one that was handed out; 0: not.
  [[nodiscard]] std::int64_t held_back_ns() const { return held_back_ns_; }

 private:
  std::int64_t last_ = 0;
  std::int64_t held_back_ns_ = 0;
};

/// Sums since the first update, ns. The identity holds in each: busy = domains + unattributed.
class BusyTime {
 public:
  /// `now_ns` is of a clock that runs as Xen's does, read beside the others. `idle_ns` is by physical CPU, kAbsent for
  /// those that are offline. What a domain that ends was charged after the last update stays unattributed.
  void update(std::int64_t now_ns, std::span<const std::int64_t> idle_ns, std::span<const XenDomain> domains);

  /// Held steady (SteadyReading): idle times that were read a little later than `now_ns` would let it fall.
  [[nodiscard]] std::int64_t busy_ns() const { return busy_ns_; }
  [[nodiscard]] std::int64_t domains_ns() const { return domains_ns_; }
  /// Below 0 by as much as the readings are apart in time.
  [[nodiscard]] std::int64_t unattributed_ns() const { return busy_ns_ - domains_ns_; }

 private:
  std::int64_t read_busy_ns_ = 0;  ///< As read.
  SteadyReading steady_busy_;
  std::int64_t busy_ns_ = 0;
  std::int64_t domains_ns_ = 0;
  std::int64_t last_ns_ = 0;
  bool has_last_ = false;
  std::vector<std::int64_t> last_idle_;
  std::map<unsigned, std::int64_t> last_domains_;  ///< By domid.
};

}  // namespace sriov
