// What sockperf prints, and its --full-log (client.cpp and server.cpp of sockperf 3.7).
#pragma once

#include <string>

#include "core/time.h"
#include "workloads/adapters/tool_reading.h"

namespace sriov {

/// Time by which sockperf's clock, whose times its log tells, starts later than its process: it is calibrated before.
inline constexpr std::int64_t kSockperfClockStartsNs = 100 * kNsPerMs;
/// What sockperf leaves out of every run's beginning and end ("Warm up time", cool-down).
inline constexpr std::int64_t kSockperfWarmupNs = 400 * kNsPerMs;
inline constexpr std::int64_t kSockperfCooldownNs = 50 * kNsPerMs;

/// The round trips of a --full-log, as it comes. Memory does not grow with it.
class SockperfLog {
 public:
  /// Counts round trips from `timing.warmup_ns` after the traffic's start for `timing.duration_ns`. sockperf's own
  /// warm-up is part of that time, so a window begins 400 ms after the start at the earliest.
  explicit SockperfLog(const ToolTiming& timing) : timing_(timing) {}

  /// Any cut of the text.
  void feed(std::string_view text);
  [[nodiscard]] const Histogram& round_trips_ns() const { return round_trips_ns_; }
  /// In ns since sockperf's start; absent while no round trip was in it.
  [[nodiscard]] std::optional<ToolWindow> window() const;

 private:
  void take_line(std::string_view line);

  ToolTiming timing_;
  std::string line_;
  bool line_is_too_long_ = false;
  std::optional<std::int64_t> begin_ns_;
  std::int64_t last_ns_ = 0;  ///< When the last round trip counted was complete.
  Histogram round_trips_ns_;
};

/// Of a `sockperf ping-pong` client. The window is the log's.
[[nodiscard]] Result<ToolReading> read_sockperf_rr(const ToolOutput& output, const SockperfLog& log,
                                                   std::int64_t message_bytes);
/// Of a `sockperf throughput` client: the whole run is its window.
[[nodiscard]] Result<ToolReading> read_sockperf_throughput(const ToolOutput& output, std::int64_t message_bytes);
/// Of a server, of its whole life: the number of messages it got. An answer of the same size goes back when
/// `answers`.
[[nodiscard]] Result<ToolReading> read_sockperf_server(const ToolOutput& output, std::int64_t message_bytes,
                                                       bool answers);

}  // namespace sriov
