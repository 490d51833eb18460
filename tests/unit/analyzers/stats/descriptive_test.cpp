// Expected values: tests/fixtures/stats/comparisons.R.
#include "analyzers/stats/descriptive.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "analyzers/stats/t_interval.h"
#include "tests/unit/support/csv_columns.h"

namespace sriov::stats {
namespace {

const std::vector<double>& skewed() {
  static const std::vector<double> kValues = test::csv_column("stats/skewed.csv", "us");
  return kValues;
}

TEST(Quantile, IsRsTypeSeven) {
  // R: quantile(skewed, c(0, 0.1, 0.5, 0.99, 1), type = 7)
  EXPECT_NEAR(quantile(skewed(), 0), 5.85, 1e-12);
  EXPECT_NEAR(quantile(skewed(), 0.1), 8.164, 1e-12);
  EXPECT_NEAR(quantile(skewed(), 0.5), 16.52, 1e-12);
  EXPECT_NEAR(quantile(skewed(), 0.99), 39.8188, 1e-12);
  EXPECT_NEAR(quantile(skewed(), 1), 41.37, 1e-12);
  EXPECT_EQ(quantile(std::vector<double>{3}, 0.9), 3);
}

TEST(MedianAbsoluteDeviation, AgreesWithR) {
  EXPECT_NEAR(median_absolute_deviation(skewed()), 8.05, 1e-12);  // R: mad(skewed, constant = 1)
}

TEST(Median, IsTheMiddleOrBetween) {
  EXPECT_EQ(median(std::vector<double>{3, 1, 2}), 2);
  EXPECT_EQ(median(std::vector<double>{4, 1, 3, 2}), 2.5);
}

TEST(Descriptive, NothingIsNotANumber) {
  EXPECT_TRUE(std::isnan(mean({})));
  EXPECT_TRUE(std::isnan(median({})));
  EXPECT_TRUE(std::isnan(variance({})));
  EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
  EXPECT_EQ(variance(std::vector<double>{5}), 0);
}

TEST(Logarithms, AreOfPositiveValuesOnly) {
  EXPECT_NEAR(logarithms(std::vector<double>{1, std::exp(2)})[1], 2, 1e-12);
  EXPECT_TRUE(logarithms(std::vector<double>{1, 0}).empty());
}

TEST(TInterval, AgreesWithR) {
  // R: t.test(skewed)$conf.int
  const auto interval = t_interval(skewed());
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->low, 13.6432341524721, 1e-9);
  EXPECT_NEAR(interval->high, 24.0087658475279, 1e-9);
  EXPECT_FALSE(t_interval(std::vector<double>{1}));
}

TEST(LogTInterval, AgreesWithR) {
  // R: exp(t.test(log(skewed))$conf.int)
  const auto interval = log_t_interval(skewed());
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->low, 12.4619470602608, 1e-9);
  EXPECT_NEAR(interval->high, 22.329767566985, 1e-9);
  EXPECT_FALSE(log_t_interval(std::vector<double>{1, 0}));
}

}  // namespace
}  // namespace sriov::stats
