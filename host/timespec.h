// Between nanoseconds and what system calls take.
#pragma once

#include <sys/time.h>

#include <cstdint>
#include <ctime>

#include "core/time.h"

namespace sriov {

[[nodiscard]] constexpr timespec to_timespec(std::int64_t ns) { return {ns / kNsPerSecond, ns % kNsPerSecond}; }
[[nodiscard]] constexpr std::int64_t to_ns(const timespec& time) { return time.tv_sec * kNsPerSecond + time.tv_nsec; }
[[nodiscard]] constexpr std::int64_t to_ns(const timeval& time) {
  return time.tv_sec * kNsPerSecond + time.tv_usec * kNsPerUs;
}

}  // namespace sriov
