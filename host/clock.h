// The two clocks: monotonic for measuring, wall for labels.
#pragma once

#include <cstdint>
#include <string>

namespace sriov {

/// CLOCK_MONOTONIC of this machine, in ns.
[[nodiscard]] std::int64_t monotonic_ns();
/// CLOCK_MONOTONIC_RAW, which NTP does not slew, in ns.
[[nodiscard]] std::int64_t raw_monotonic_ns();
/// CLOCK_REALTIME, in ns since 1970.
[[nodiscard]] std::int64_t unix_ns();
/// The same of a moment by this machine's CLOCK_MONOTONIC, as the two clocks stand to each other now.
[[nodiscard]] std::int64_t unix_ns_of(std::int64_t monotonic_time_ns);
/// CPU time of the calling thread (user + system), in ns.
[[nodiscard]] std::int64_t thread_cpu_ns();
/// Sleeps until an absolute CLOCK_MONOTONIC time.
void sleep_until_ns(std::int64_t deadline_ns);
/// "2026-01-31T12:00:00Z".
[[nodiscard]] std::string format_utc(std::int64_t unix_time_ns);

}  // namespace sriov
