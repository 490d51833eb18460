// Expected values: tests/fixtures/stats/comparisons.R.
#include "analyzers/stats/two_samples.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "analyzers/stats/detectable_effect.h"
#include "tests/unit/support/csv_columns.h"

namespace sriov::stats {
namespace {

void expect_contrast(const Contrast& contrast, double value, double low, double high, double p) {
  EXPECT_NEAR(contrast.value, value, 1e-9);
  ASSERT_TRUE(contrast.interval_95 && contrast.p_value);
  EXPECT_NEAR(contrast.interval_95->low, low, 1e-9);
  EXPECT_NEAR(contrast.interval_95->high, high, 1e-9);
  EXPECT_NEAR(*contrast.p_value, p, 1e-11);
}

TEST(ComparePairs, AgreesWithR) {
  auto columns = test::csv_columns("stats/pairs.csv");
  const auto compared = compare_pairs(columns["a"], columns["b"]);
  ASSERT_TRUE(compared && compared->ratio);
  // R: t.test(a, b, paired = TRUE)
  expect_contrast(compared->difference, 40.5333333333333, 24.2539352289997, 56.8127314376669, 0.000191898454956716);
  // R: t.test(log(a / b)), estimate and interval through exp
  expect_contrast(*compared->ratio, 1.0441009451999, 1.02610190565128, 1.06241570916428, 0.000197109581081227);
  EXPECT_NEAR(compared->p_value().value(), 0.000197109581081227, 1e-11);
  EXPECT_NEAR(compared->rank_p.value(), 0.000976562500000001, 1e-15);
  EXPECT_NEAR(compared->cliffs_delta.value(), 0.652777777777778, 1e-12);
  // R: effectsize::hedges_g(a, b)
  EXPECT_NEAR(compared->hedges_g.value(), 1.40319256532666, 1e-9);
  // R: 100 * (exp(power.t.test(n = 12, sd = sd(log(a / b)), power = 0.8, type = "paired", strict = TRUE)$delta) - 1)
  EXPECT_NEAR(compared->detectable_percent.value(), 2.46192986035518, 1e-7);
}

TEST(CompareIndependent, AgreesWithR) {
  auto columns = test::csv_columns("stats/pairs.csv");
  const auto compared = compare_independent(columns["a"], columns["b"]);
  ASSERT_TRUE(compared && compared->ratio);
  // R: t.test(a, b); t.test(log(a), log(b))
  expect_contrast(compared->difference, 40.5333333333333, 16.8224806907793, 64.2441859758873, 0.0019016427203201);
  EXPECT_NEAR(compared->ratio->interval_95.value().low, 1.01794024969607, 1e-9);
  EXPECT_NEAR(compared->ratio->interval_95.value().high, 1.07093396109723, 1e-9);
  EXPECT_NEAR(compared->ratio->p_value.value(), 0.00196232691131346, 1e-11);
  EXPECT_NEAR(compared->rank_p.value(), 0.00555959049699795, 1e-14);
  EXPECT_GT(compared->detectable_percent.value(), 2.46);  // Blocks are worth something.
}

TEST(ComparePairs, OnePairHasNoInterval) {
  const auto compared = compare_pairs(std::vector<double>{3}, std::vector<double>{2});
  ASSERT_TRUE(compared && compared->ratio);
  EXPECT_NEAR(compared->ratio->value, 1.5, 1e-12);
  EXPECT_FALSE(compared->ratio->interval_95);
  EXPECT_FALSE(compared->p_value());
  EXPECT_FALSE(compared->detectable_percent);
  EXPECT_FALSE(compared->hedges_g);
}

TEST(ComparePairs, ValuesThatAreNotPositiveHaveNoRatio) {
  const auto compared = compare_pairs(std::vector<double>{0, 4, 6}, std::vector<double>{1, 1, 2});
  ASSERT_TRUE(compared);
  EXPECT_FALSE(compared->ratio);
  EXPECT_EQ(compared->p_value(), compared->difference.p_value);
}

TEST(ComparePairs, CountsWithoutSpread) {
  const auto same = compare_pairs(std::vector<double>{4, 4, 4}, std::vector<double>{4, 4, 4});
  EXPECT_EQ(same->p_value().value(), 1);
  EXPECT_FALSE(same->rank_p);
  const auto other = compare_pairs(std::vector<double>{8, 8, 8}, std::vector<double>{4, 4, 4});
  EXPECT_EQ(other->difference.p_value.value(), 0);
  EXPECT_EQ(other->difference.interval_95.value().low, 4);
  const auto apart = compare_independent(std::vector<double>{8, 8}, std::vector<double>{4, 4});
  EXPECT_EQ(apart->difference.p_value.value(), 0);
}

TEST(ComparePairs, IsAbsentWhereItMeansNothing) {
  EXPECT_FALSE(compare_pairs(std::vector<double>{1, 2}, std::vector<double>{1}));
  EXPECT_FALSE(compare_pairs({}, {}));
  EXPECT_FALSE(compare_independent(std::vector<double>{1}, {}));
}

TEST(CompareIndependent, OneValueASideHasNoInterval) {
  const auto compared = compare_independent(std::vector<double>{1, 2}, std::vector<double>{1});
  ASSERT_TRUE(compared);
  EXPECT_EQ(compared->difference.value, 0.5);
  EXPECT_FALSE(compared->difference.interval_95);
}

TEST(DetectableStandardErrors, AgreeWithR) {
  // R: power.t.test(n, sd = 1, power = 0.8, type = "one.sample", strict = TRUE)$delta * sqrt(n)
  EXPECT_NEAR(detectable_standard_errors(1), 16.3340088698951, 1e-6);
  EXPECT_NEAR(detectable_standard_errors(2), 5.65348926619228, 1e-7);
  EXPECT_NEAR(detectable_standard_errors(4), 3.76105955382061, 1e-7);
  EXPECT_NEAR(detectable_standard_errors(29), 2.89874284632394, 1e-7);
}

}  // namespace
}  // namespace sriov::stats
