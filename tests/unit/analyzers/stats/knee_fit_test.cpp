// Expected values: tests/fixtures/stats/regression.R.
#include "analyzers/stats/knee_fit.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/support/csv_columns.h"

namespace sriov::stats {
namespace {

TEST(FitKnee, AgreesWithR) {
  auto columns = test::csv_columns("stats/knee.csv");
  const auto fit = fit_knee(columns["x"], columns["y"]);
  ASSERT_TRUE(fit);
  // R: optimize() over the knee of lm(y ~ x + pmax(0, x - knee)); the package segmented finds 6.21007323383205
  EXPECT_NEAR(fit->knee, 6.21007323383205, 1e-6);
  EXPECT_NEAR(fit->residuals, 0.181263874523809, 1e-10);
  EXPECT_NEAR(fit->intercept, 0.546313331876543, 1e-6);
  EXPECT_NEAR(fit->slope_before, -0.0182157136846709, 1e-6);
  EXPECT_NEAR(fit->slope_after, 0.95380571546219 - 0.0182157136846709, 1e-6);
}

TEST(FindKnee, HasTheTruthInItsInterval) {
  auto columns = test::csv_columns("stats/knee.csv");
  const auto knee = find_knee(columns["x"], columns["y"], {1000, 1});
  ASSERT_TRUE(knee);
  EXPECT_TRUE(knee->is_significant());
  // R: the same bootstrap of the residuals, 400 times: 5.911 to 6.402
  EXPECT_NEAR(knee->knee_95.low, 5.911, 0.05);
  EXPECT_NEAR(knee->knee_95.high, 6.402, 0.05);
  EXPECT_TRUE(knee->knee_95.contains(6.2));
}

TEST(FindKnee, OneLineHasNone) {
  auto columns = test::csv_columns("stats/line.csv");
  const auto knee = find_knee(columns["x"], columns["y"], {500, 1});
  ASSERT_TRUE(knee);
  EXPECT_FALSE(knee->is_significant());
}

TEST(FitKnee, FindsAKneeAtAPointAndInAnyOrder) {
  const auto fit = fit_knee(std::vector<double>{5, 1, 3, 2, 4}, std::vector<double>{5, 1, 1, 1, 3});
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->knee, 3, 1e-9);
  EXPECT_NEAR(fit->residuals, 0, 1e-20);
  EXPECT_NEAR(fit->at(5), 5, 1e-9);
  EXPECT_NEAR(fit->at(0), 1, 1e-9);
}

TEST(FitKnee, IsAbsentForTooLittle) {
  EXPECT_FALSE(fit_knee(std::vector<double>{1, 2, 3, 3, 3}, std::vector<double>{1, 1, 1, 2, 3}));
  EXPECT_FALSE(fit_knee(std::vector<double>{1, 2, 3, 4}, std::vector<double>{1, 1, 1}));
  EXPECT_FALSE(find_knee(std::vector<double>{1, 2, 3, 4, 5}, std::vector<double>{1, 1, 1, 2, 3}));
}

}  // namespace
}  // namespace sriov::stats
