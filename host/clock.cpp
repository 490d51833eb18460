#include "host/clock.h"

#include <cerrno>
#include <ctime>

#include <fmt/format.h>

#include "core/time.h"
#include "host/timespec.h"

namespace sriov {
namespace {

std::int64_t read_clock(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return to_ns(now);
}

}  // namespace

std::int64_t monotonic_ns() { return read_clock(CLOCK_MONOTONIC); }
std::int64_t raw_monotonic_ns() { return read_clock(CLOCK_MONOTONIC_RAW); }
std::int64_t unix_ns() { return read_clock(CLOCK_REALTIME); }
std::int64_t thread_cpu_ns() { return read_clock(CLOCK_THREAD_CPUTIME_ID); }

std::int64_t unix_ns_of(std::int64_t monotonic_time_ns) { return unix_ns() - (monotonic_ns() - monotonic_time_ns); }

void sleep_until_ns(std::int64_t deadline_ns) {
  const timespec deadline = to_timespec(deadline_ns);
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, nullptr) == EINTR) {
  }
}

std::string format_utc(std::int64_t unix_time_ns) {
  const std::time_t seconds = unix_time_ns / kNsPerSecond;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace sriov
