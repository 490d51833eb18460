// Expected values: tests/fixtures/stats/series.R.
#include "analyzers/stats/autocorrelation.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/support/csv_columns.h"

namespace sriov::stats {
namespace {

std::vector<double> settled() {
  const std::vector<double> series = test::csv_column("stats/warm_up.csv");
  return {series.begin() + 60, series.end()};
}

TEST(Autocorrelation, AgreesWithR) {
  // R: acf(settled, plot = FALSE)
  EXPECT_NEAR(autocorrelation(settled(), 0).value(), 1, 1e-12);
  EXPECT_NEAR(autocorrelation(settled(), 1).value(), 0.568771811884109, 1e-12);
  EXPECT_NEAR(autocorrelation(settled(), 3).value(), 0.191727982398462, 1e-12);
  EXPECT_FALSE(autocorrelation(std::vector<double>{1}, 1));
  EXPECT_FALSE(autocorrelation(std::vector<double>{1, 1, 1}, 1));
}

TEST(EffectiveSampleSize, AgreesWithR) {
  EXPECT_NEAR(effective_sample_size(settled()).value(), 36.3692928775222, 1e-9);          // Geyer's sum over R's acf.
  EXPECT_EQ(effective_sample_size(std::vector<double>{1, -1, 1, -1, 1, -1}).value(), 6);  // Never above n.
  EXPECT_FALSE(effective_sample_size(std::vector<double>{1, 1}));
  EXPECT_FALSE(effective_sample_size({}));
}

TEST(SeriesMeanInterval, AgreesWithR) {
  const auto interval = series_mean_interval(settled());
  ASSERT_TRUE(interval);
  // R: mean + c(-1, 1) * qt(0.975, q) * sqrt(mean(projections^2) / n), see series.R
  EXPECT_NEAR(interval->low, 99.7992777777153, 1e-9);
  EXPECT_NEAR(interval->high, 101.437236507999, 1e-9);
  EXPECT_FALSE(series_mean_interval(std::vector<double>{1, 2}));
}

}  // namespace
}  // namespace sriov::stats
