#include "analyzers/stats/interval_95.h"

#include <gtest/gtest.h>

#include <vector>

#include "analyzers/stats/t_interval.h"

namespace sriov::stats {
namespace {

TEST(Interval95, OfPositiveValuesIsOfTheGeometricMean) {
  // R: exp(c(mean(log(c(12, 15))), t.test(log(c(12, 15)))$conf.int))
  const auto interval = interval_95(std::vector<double>{12, 15});
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->of, Center::geometric_mean);
  EXPECT_NEAR(interval->center, 13.416407864998739, 1e-12);
  EXPECT_NEAR(interval->interval.low, 3.25055126, 1e-7);
}

TEST(Interval95, OfOthersIsOfTheMean) {
  const std::vector<double> values{0, 3, 6};
  const auto interval = interval_95(values);
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->of, Center::mean);
  EXPECT_EQ(interval->center, 3);
  EXPECT_EQ(interval->interval.low, t_interval(values)->low);
  EXPECT_FALSE(interval_95(std::vector<double>{3}));
}

}  // namespace
}  // namespace sriov::stats
