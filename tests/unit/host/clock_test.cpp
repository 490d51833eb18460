#include "host/clock.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "host/timespec.h"

namespace sriov {
namespace {

TEST(Clock, AMomentAgoIsAsLongAgoByTheWall) {
  const std::int64_t unix_before_ns = unix_ns();
  const std::int64_t a_minute_ago_ns = unix_ns_of(monotonic_ns() - 60 * kNsPerSecond);
  EXPECT_LT(std::abs(unix_before_ns - 60 * kNsPerSecond - a_minute_ago_ns), 10 * kNsPerSecond);
}

TEST(Timespec, KeepsNanoseconds) {
  for (const std::int64_t ns : {std::int64_t{0}, std::int64_t{1}, kNsPerSecond - 1, 3 * kNsPerSecond + 5}) {
    EXPECT_LT(to_timespec(ns).tv_nsec, kNsPerSecond);
    EXPECT_EQ(to_ns(to_timespec(ns)), ns);
  }
  EXPECT_EQ(to_ns(timeval{2, 7}), 2 * kNsPerSecond + 7000);
}

}  // namespace
}  // namespace sriov
