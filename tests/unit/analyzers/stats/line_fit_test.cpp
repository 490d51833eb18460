// Expected values: tests/fixtures/stats/regression.R.
#include "analyzers/stats/line_fit.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/support/csv_columns.h"

namespace sriov::stats {
namespace {

TEST(FitLine, AgreesWithR) {
  auto columns = test::csv_columns("stats/line.csv");
  const auto fit = fit_line(columns["x"], columns["y"]);
  ASSERT_TRUE(fit);
  // R: lm(y ~ x), confint, summary
  EXPECT_NEAR(fit->intercept, 0.398980000000001, 1e-12);
  EXPECT_NEAR(fit->slope, 0.299874545454545, 1e-12);
  EXPECT_NEAR(fit->intercept_95.value().low, 0.0771500118429291, 1e-10);
  EXPECT_NEAR(fit->intercept_95.value().high, 0.720809988157072, 1e-10);
  EXPECT_NEAR(fit->slope_95.value().low, 0.248006946460749, 1e-10);
  EXPECT_NEAR(fit->slope_95.value().high, 0.351742144448342, 1e-10);
  EXPECT_NEAR(fit->r_squared, 0.8912642842029, 1e-11);
  EXPECT_NEAR(fit->residual_standard_deviation, 0.317123319957089, 1e-11);
  // R: predict(fit, data.frame(x = 12), interval = "confidence"), then "prediction"
  EXPECT_NEAR(fit->line_95(12).value().low, 3.62888600089333, 1e-10);
  EXPECT_NEAR(fit->line_95(12).value().high, 4.36606309001576, 1e-10);
  EXPECT_NEAR(fit->prediction_95(12).value().low, 3.23606243209564, 1e-10);
  EXPECT_NEAR(fit->prediction_95(12).value().high, 4.75888665881345, 1e-10);
}

TEST(FitLine, TwoPointsHaveNoInterval) {
  const auto fit = fit_line(std::vector<double>{1, 2}, std::vector<double>{5, 8});
  EXPECT_NEAR(fit->at(3), 11, 1e-12);
  EXPECT_FALSE(fit->slope_95);
  EXPECT_FALSE(fit->prediction_95(3));
}

TEST(FitLine, IsAbsentWhereItMeansNothing) {
  EXPECT_FALSE(fit_line(std::vector<double>{1, 1}, std::vector<double>{1, 2}));
  EXPECT_FALSE(fit_line(std::vector<double>{1, 2}, std::vector<double>{1}));
  EXPECT_FALSE(fit_line(std::vector<double>{1}, std::vector<double>{1}));
}

}  // namespace
}  // namespace sriov::stats
