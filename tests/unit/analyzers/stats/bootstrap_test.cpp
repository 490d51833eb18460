// Expected values: tests/fixtures/stats/bootstrap.R.
#include "analyzers/stats/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "analyzers/stats/descriptive.h"
#include "tests/unit/support/csv_columns.h"

namespace sriov::stats {
namespace {

const std::vector<double>& skewed() {
  static const std::vector<double> kValues = test::csv_column("stats/skewed.csv", "us");
  return kValues;
}

std::vector<double> without(std::vector<double> values, std::size_t place) {
  values.erase(values.begin() + static_cast<std::ptrdiff_t>(place));
  return values;
}

/// What resampling leaves to chance: 100,000 resamples against R's 200,000 differ by some hundredths of a standard
/// error.
BootstrapOptions many() { return {100'000, 42, 0.95}; }

TEST(BcaInterval, AgreesWithRForItsOwnResamples) {
  std::vector<double> jackknife;
  for (std::size_t i = 0; i < skewed().size(); ++i) jackknife.push_back(mean(without(skewed(), i)));
  const Interval interval =
      bca_interval(mean(skewed()), test::csv_column("stats/mean_replicates.csv", "mean"), jackknife, 0.95);
  // R: the formula with quantile(type = 7).
  EXPECT_NEAR(interval.low, 14.691637498266, 1e-9);
  EXPECT_NEAR(interval.high, 23.6895244333295, 1e-9);
  // R: boot.ci(type = "bca", L = influence), which interpolates between the same two resamples in another way.
  EXPECT_NEAR(interval.low, 14.6623711508225, 0.04);
  EXPECT_NEAR(interval.high, 23.7022704593226, 0.04);
}

TEST(Bootstrap, OfTheMeanAgreesWithR) {
  const auto interval = bootstrap_mean(skewed(), many());
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->estimate, mean(skewed()), 1e-12);
  // R: boot(R = 200000), boot.ci: bca, perc; sd of the resamples
  EXPECT_NEAR(interval->bca.low, 14.8506666666667, 0.06);
  EXPECT_NEAR(interval->bca.high, 24.1852784068065, 0.06);
  EXPECT_NEAR(interval->percentile.low, 14.494, 0.06);
  EXPECT_NEAR(interval->percentile.high, 23.6433333333333, 0.06);
  EXPECT_NEAR(interval->standard_error, 2.33837648238396, 0.02);
}

TEST(Bootstrap, OfARatioOfPairsAgreesWithR) {
  auto columns = test::csv_columns("stats/pairs.csv");
  const auto interval = bootstrap_paired_ratio(columns["a"], columns["b"], many());
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->percentile.low, 1.02900962307925, 3e-4);
  EXPECT_NEAR(interval->percentile.high, 1.05956645218339, 3e-4);
  EXPECT_FALSE(bootstrap_paired_ratio(columns["a"], skewed()));
}

TEST(Bootstrap, OfTheMedianAgreesWithR) {
  const auto interval = bootstrap_median(skewed(), {100'000, 42, 0.9});
  ASSERT_TRUE(interval);
  // R: boot.ci(type = "perc", conf = 0.9): it is one of the values, so exactly.
  EXPECT_NEAR(interval->percentile.low, 14.83, 1e-9);
  EXPECT_NEAR(interval->percentile.high, 24.59, 1e-9);
}

TEST(Bootstrap, OfAnyStatisticIsTheSameAsTheFastOne) {
  const auto median_of = [](std::span<double> values) { return median(values); };
  const auto any = bootstrap(skewed(), median_of, {1000, 3, 0.9});
  const auto fast = bootstrap_median(skewed(), {1000, 3, 0.9});
  EXPECT_EQ(any->bca.low, fast->bca.low);
  EXPECT_EQ(any->bca.high, fast->bca.high);
}

TEST(Bootstrap, IsTheSameForTheSameSeed) {
  const auto first = bootstrap_mean(skewed(), {500, 9, 0.95});
  const auto again = bootstrap_mean(skewed(), {500, 9, 0.95});
  const auto other = bootstrap_mean(skewed(), {500, 10, 0.95});
  EXPECT_EQ(first->bca.low, again->bca.low);
  EXPECT_EQ(first->percentile.high, again->percentile.high);
  EXPECT_NE(first->percentile.high, other->percentile.high);
}

TEST(Bootstrap, ValuesWithoutSpreadHaveAPoint) {
  const auto interval = bootstrap_mean(std::vector<double>{2, 2, 2}, {200, 1, 0.95});
  EXPECT_EQ(interval->bca.low, 2);
  EXPECT_EQ(interval->bca.high, 2);
  EXPECT_EQ(interval->percentile.low, 2);
}

TEST(Bootstrap, IsAbsentWhereItMeansNothing) {
  EXPECT_FALSE(bootstrap_mean(std::vector<double>{1}));
  EXPECT_FALSE(bootstrap_mean({}));
  EXPECT_FALSE(bootstrap_mean(skewed(), {0, 1, 0.95}));
  const auto never = [](std::span<double>) { return std::numeric_limits<double>::quiet_NaN(); };
  EXPECT_FALSE(bootstrap(skewed(), never, {100, 1, 0.95}));
}

TEST(Bootstrap, LeavesOutResamplesWithoutAStatistic) {
  // With three values one resample in nine has no spread, and so no mean in units of it.
  const auto standardised = [](std::span<double> values) { return mean(values) / standard_deviation(values); };
  const auto interval = bootstrap(std::vector<double>{1, 2, 4}, standardised, {900, 1, 0.95});
  ASSERT_TRUE(interval);
  EXPECT_GT(interval->undefined, 60U);
  EXPECT_LT(interval->undefined, 140U);
}

TEST(BootstrapT, IsWiderToTheSkewedSide) {
  const auto interval = bootstrap_t_mean(skewed());
  ASSERT_TRUE(interval);
  EXPECT_GT(interval->high - mean(skewed()), mean(skewed()) - interval->low);
  EXPECT_FALSE(bootstrap_t_mean(std::vector<double>{1, 2, 3}));
  EXPECT_FALSE(bootstrap_t_mean(std::vector<double>{2, 2, 2, 2}));
}

TEST(BootstrapGroups, AgreesWithR) {
  // R: rep(1:5, each = 3) of the skewed values; groups, then values, drawn 100,000 times
  std::vector<std::vector<double>> groups(5);
  for (std::size_t i = 0; i < skewed().size(); ++i) groups[i / 3].push_back(skewed()[i]);
  const auto interval = bootstrap_groups(
      groups, [](std::span<double> values) { return mean(values); }, many());
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->estimate, mean(skewed()), 1e-12);
  EXPECT_NEAR(interval->percentile.low, 13.8519833333333, 0.1);
  EXPECT_NEAR(interval->percentile.high, 25.0106833333333, 0.1);
}

TEST(BootstrapGroups, TheSpreadBetweenGroupsCounts) {
  // Each group is all but constant: as if 40 values were known, while there are two.
  std::vector<std::vector<double>> groups{std::vector<double>(20, 1.0), std::vector<double>(20, 3.0)};
  const auto interval = bootstrap_groups(groups, [](std::span<double> values) { return mean(values); });
  EXPECT_EQ(interval->percentile.low, 1);
  EXPECT_EQ(interval->percentile.high, 3);
  groups.pop_back();
  EXPECT_FALSE(bootstrap_groups(groups, [](std::span<double> values) { return mean(values); }));
}

}  // namespace
}  // namespace sriov::stats
