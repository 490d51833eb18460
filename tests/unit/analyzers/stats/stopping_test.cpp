#include "analyzers/stats/stopping.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace sriov::stats {
namespace {

const std::vector<double> kFive{187.2, 190.1, 184.7, 189.9, 186.3};

TEST(HalfWidthPercent, IsOfTheMean) {
  // R: x <- c(187.2, 190.1, 184.7, 189.9, 186.3); 100 * diff(t.test(x)$conf.int) / 2 / mean(x)
  EXPECT_NEAR(half_width_percent(kFive).value(), 1.54453307, 1e-7);
  EXPECT_FALSE(half_width_percent(std::vector<double>{1}));
  EXPECT_FALSE(half_width_percent(std::vector<double>{1, -1}));
}

TEST(Decide, TheFewestComeFirst) {
  const auto advice = decide(kFive, 50, 8, 20);
  EXPECT_EQ(advice.decision, Stopping::needs_more);
  EXPECT_EQ(advice.more, 3U);
  EXPECT_EQ(decide({}, 5, 5, 20).more, 5U);
  EXPECT_EQ(decide({}, 5, 0, 20).more, 2U);  // One value has no interval.
  EXPECT_EQ(decide({}, 5, 5, 4).decision, Stopping::cannot);
}

TEST(Decide, NarrowIsEnough) {
  const auto advice = decide(kFive, 2, 5, 20);
  EXPECT_EQ(advice.decision, Stopping::enough);
  EXPECT_EQ(advice.more, 0U);
  EXPECT_EQ(advice.estimated_repetitions.value(), 5U);
}

TEST(Decide, WideNeedsAsManyAsSteinSays) {
  // R: ceiling(5 * (1.54453307 / 1)^2) is 12; at most as many as there are at a time
  const auto advice = decide(kFive, 1, 5, 20);
  EXPECT_EQ(advice.decision, Stopping::needs_more);
  EXPECT_EQ(advice.estimated_repetitions.value(), 12U);
  EXPECT_EQ(advice.more, 5U);
  EXPECT_EQ(decide(kFive, 1.25, 5, 20).more, 3U);  // Of 8.
  EXPECT_EQ(decide(kFive, 1, 5, 8).more, 3U);      // The estimate is rough: as far as it may go.
}

TEST(Decide, FarTooWideCannot) {
  const auto advice = decide(kFive, 0.1, 5, 100);
  EXPECT_EQ(advice.decision, Stopping::cannot);
  EXPECT_EQ(advice.more, 0U);
  EXPECT_EQ(advice.estimated_repetitions.value(), 1193U);
  EXPECT_EQ(decide(kFive, 1, 5, 5).decision, Stopping::cannot);
  EXPECT_EQ(decide(kFive, 0, 5, 1000).decision, Stopping::cannot);
}

TEST(Decide, AMeanOf0CannotBeToldInPercent) {
  EXPECT_EQ(decide(std::vector<double>{0, 0, 0}, 5, 3, 20).decision, Stopping::cannot);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(decide(std::vector<double>{1, nan, 1}, 5, 3, 20).decision, Stopping::cannot);
}

TEST(Decide, NoSpreadIsEnough) { EXPECT_EQ(decide(std::vector<double>{4, 4, 4}, 0, 3, 20).decision, Stopping::enough); }

}  // namespace
}  // namespace sriov::stats
