// Expected values: tests/fixtures/stats/series.R.
#include "analyzers/stats/drift.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/unit/support/csv_columns.h"

namespace sriov::stats {
namespace {

TEST(Drift, AgreesWithR) {
  const auto found = drift(test::csv_column("stats/drifting.csv"));
  ASSERT_TRUE(found);
  // R: lm(y ~ i), and its error for the effective number of values: series.R
  EXPECT_NEAR(found->slope, 0.0787539993999402, 1e-12);
  EXPECT_NEAR(found->slope_95.low, 0.0659075616833245, 1e-10);
  EXPECT_NEAR(found->slope_95.high, 0.0916004371165559, 1e-10);
  EXPECT_NEAR(found->p_value, 6.40388142101269e-15, 1e-18);
  EXPECT_NEAR(found->effective_values, 39.8853007570639, 1e-8);
  EXPECT_TRUE(found->is_significant());
  EXPECT_NEAR(found->percent_of_mean, 14.4, 0.1);
}

TEST(Drift, NoiseHasNone) {
  std::vector<double> series;
  for (int i = 0; i < 101; ++i) series.push_back(i * 37 % 101);
  EXPECT_FALSE(drift(series)->is_significant());
}

TEST(Drift, LinesWithoutNoise) {
  EXPECT_EQ(drift(std::vector<double>(30, 3.0))->p_value, 1);
  EXPECT_TRUE(std::isnan(drift(std::vector<double>(30, 0.0))->percent_of_mean));
  EXPECT_FALSE(drift(std::vector<double>(29, 3.0)));
}

TEST(Drift, OneSlowWaveTellsNothing) {
  std::vector<double> wave;
  for (int i = 0; i < 40; ++i) wave.push_back(std::cos(i * 0.03));
  const auto found = drift(wave);
  EXPECT_TRUE(!found || !found->is_significant());
}

}  // namespace
}  // namespace sriov::stats
