// Expected values: tests/fixtures/stats/regression.R.
#include "analyzers/stats/scaling_fit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/unit/support/csv_columns.h"

namespace sriov::stats {
namespace {

struct Points {
  std::vector<double> n;
  std::vector<double> y;
};

Points scaling() {
  auto columns = test::csv_columns("stats/scaling.csv");
  return {columns["n"], columns["gbps"]};
}

TEST(FitScaling, LinearAgreesWithR) {
  const auto [n, y] = scaling();
  const auto fit = fit_scaling(ScalingModel::linear, n, y);
  ASSERT_TRUE(fit);
  // R: lm(gbps ~ 0 + n), deviance, AICc by its formula
  EXPECT_NEAR(fit->parameters[0].second, 0.720112380038388, 1e-8);
  EXPECT_NEAR(fit->residuals, 73.6815834702975, 1e-8);
  EXPECT_NEAR(fit->aicc.value(), 28.3406468368706, 1e-8);
}

TEST(FitScaling, SaturatingAgreesWithR) {
  const auto [n, y] = scaling();
  const auto fit = fit_scaling(ScalingModel::saturating, n, y);
  ASSERT_TRUE(fit);
  // R: nls(gbps ~ a * (1 - exp(-n / b)))
  EXPECT_NEAR(fit->parameters[0].second, 8.80467917137085, 1e-6);
  EXPECT_NEAR(fit->parameters[1].second, 3.7625071862256, 1e-6);
  EXPECT_NEAR(fit->residuals, 0.826768185427805, 1e-9);
  EXPECT_NEAR(fit->aicc.value(), -31.2100356497076, 1e-7);
}

TEST(FitScaling, UslAgreesWithR) {
  const auto [n, y] = scaling();
  const auto fit = fit_scaling(ScalingModel::usl, n, y);
  ASSERT_TRUE(fit);
  // R: nls(gbps ~ r * n / (1 + c * (n - 1) + k * n * (n - 1)))
  EXPECT_EQ(fit->parameters[1].first, "contention");
  EXPECT_NEAR(fit->parameters[0].second, 1.86007567831688, 1e-6);
  EXPECT_NEAR(fit->parameters[1].second, 0.0749004061055767, 1e-6);
  EXPECT_NEAR(fit->parameters[2].second, 0.00596966525327938, 1e-7);
  EXPECT_NEAR(fit->residuals, 0.239593566640658, 1e-9);
  EXPECT_NEAR(fit->aicc.value(), -44.5057158593923, 1e-7);
  EXPECT_NEAR(fit->peak().value(), std::sqrt((1 - 0.0749004061055767) / 0.00596966525327938), 1e-3);
}

TEST(FitScalingModels, TheBestIsFirst) {
  const auto [n, y] = scaling();
  const auto fits = fit_scaling_models(n, y);
  ASSERT_EQ(fits.size(), 3U);
  EXPECT_EQ(scaling_model_name(fits[0].model), "usl");
  EXPECT_EQ(scaling_model_name(fits[2].model), "linear");
}

TEST(FitScalingModels, WhatIsLinearIsCalledLinear) {
  const std::vector<double> n{1, 2, 3, 4, 6, 8};
  const auto fits = fit_scaling_models(n, std::vector<double>{2.02, 3.97, 6.05, 7.96, 12.03, 15.98});
  ASSERT_FALSE(fits.empty());
  EXPECT_EQ(fits[0].model, ScalingModel::linear);
}

TEST(FitScalingModels, UnitsDoNotMatter) {
  auto [n, y] = scaling();
  for (double& value : y) value *= 1e9;
  const auto fit = fit_scaling(ScalingModel::usl, n, y);
  EXPECT_NEAR(fit->parameters[0].second, 1.86007567831688e9, 1e3);
  EXPECT_NEAR(fit->parameters[1].second, 0.0749004061055767, 1e-6);
}

TEST(FitScaling, TooFewPointsHaveNoCriterion) {
  const auto fit = fit_scaling(ScalingModel::usl, std::vector<double>{1, 2, 4}, std::vector<double>{2, 3.5, 5});
  ASSERT_TRUE(fit);
  EXPECT_FALSE(fit->aicc);
  EXPECT_FALSE(fit_scaling(ScalingModel::usl, std::vector<double>{1, 2}, std::vector<double>{2, 3.5}));
}

TEST(FitScaling, IsAbsentForWhatIsNotAbove0) {
  EXPECT_FALSE(fit_scaling(ScalingModel::linear, std::vector<double>{1, 2}, std::vector<double>{0, 1}));
  EXPECT_FALSE(fit_scaling(ScalingModel::linear, std::vector<double>{0, 2}, std::vector<double>{1, 1}));
  EXPECT_FALSE(fit_scaling(ScalingModel::linear, std::vector<double>{1, 2}, std::vector<double>{1}));
  EXPECT_TRUE(fit_scaling_models({}, {}).empty());
}

}  // namespace
}  // namespace sriov::stats
