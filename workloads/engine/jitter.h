// How evenly the datagrams of a paced stream arrive.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "core/histogram.h"

namespace sriov {

/// Compares the time between two arrivals with the time between their places in the schedule. Times are those at which
/// the program got the datagrams, so it contains what waking up costs, as an application would see it.
class Jitter {
 public:
  explicit Jitter(double interval_ns) : interval_ns_(interval_ns) {}

  void saw(std::uint64_t number, std::int64_t now_ns, bool counting) {
    if (last_ns_) {
      const double places = static_cast<double>(number) - static_cast<double>(last_number_);
      const double error_ns = std::abs(static_cast<double>(now_ns - *last_ns_) - places * interval_ns_);
      smoothed_ns_ += (error_ns - smoothed_ns_) / 16;  // RFC 3550, section 6.4.1.
      if (counting) errors_ns_.record(static_cast<std::int64_t>(error_ns));
    }
    last_number_ = number;
    last_ns_ = now_ns;
  }

  /// RFC 3550's interarrival jitter, as iperf3 tells it.
  [[nodiscard]] double smoothed_ns() const { return smoothed_ns_; }
  /// Every deviation in the window.
  [[nodiscard]] const Histogram& errors_ns() const { return errors_ns_; }

 private:
  double interval_ns_;
  double smoothed_ns_ = 0;
  std::uint64_t last_number_ = 0;
  std::optional<std::int64_t> last_ns_;
  Histogram errors_ns_;
};

}  // namespace sriov
