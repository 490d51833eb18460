// Sends on absolute deadlines: sleep and scheduling errors do not add up, so the average rate is exact.
#pragma once

#include <algorithm>
#include <cstdint>

namespace sriov {

/// Says how many messages of one stream are due. Message i is due at origin + i * interval.
class Pacer {
 public:
  /// `rate_bps` of payload for this stream; 0 = not paced.
  Pacer(double rate_bps, std::int64_t message_bytes, std::int64_t origin_ns)
      : interval_ns_(rate_bps > 0 ? static_cast<double>(message_bytes) * 8e9 / rate_bps : 0),
        origin_ns_(static_cast<double>(origin_ns)) {}

  [[nodiscard]] double interval_ns() const { return interval_ns_; }
  [[nodiscard]] bool is_paced() const { return interval_ns_ > 0; }

  /// Messages that should have left by now and have not. A debt of more than 100 ms is forgiven: it could only be paid
  /// by a burst above the rate. What was forgiven shows as a lower achieved rate.
  [[nodiscard]] std::int64_t due(std::int64_t now_ns) {
    const double elapsed = (static_cast<double>(now_ns) - origin_ns_) / interval_ns_;
    if (elapsed < 0) return 0;
    const auto owed = static_cast<std::int64_t>(elapsed) + 1 - sent_;
    const std::int64_t limit = std::max<std::int64_t>(1, static_cast<std::int64_t>(kMaxDebtNs / interval_ns_));
    if (owed <= limit) return std::max<std::int64_t>(0, owed);
    origin_ns_ += static_cast<double>(owed - limit) * interval_ns_;
    return limit;
  }
  /// When the next message is due.
  [[nodiscard]] std::int64_t next_ns() const {
    return static_cast<std::int64_t>(origin_ns_ + static_cast<double>(sent_) * interval_ns_) + 1;
  }
  void sent(std::int64_t messages) { sent_ += messages; }

 private:
  static constexpr double kMaxDebtNs = 100e6;
  double interval_ns_;
  double origin_ns_;
  std::int64_t sent_ = 0;
};

}  // namespace sriov
