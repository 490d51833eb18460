#include "analyzers/stats/outliers.h"

#include <algorithm>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzers/stats/random.h"
#include "tests/unit/support/csv_columns.h"

namespace sriov::stats {
namespace {

TEST(ModifiedZScores, AgreeWithR) {
  // R: 0.6745 * (x - median(x)) / mad(x, constant = 1): comparisons.R
  const std::vector<double> scores = modified_z_scores(test::csv_column("stats/skewed.csv", "us"));
  EXPECT_NEAR(scores[0], 0.751585714285714, 1e-12);
  EXPECT_NEAR(scores[9], 2.08215217391304, 1e-12);
}

TEST(Outliers, AreLabelled) {
  EXPECT_THAT(outliers(std::vector<double>{10, 11, 9, 10.5, 30, 9.5}),
              testing::ElementsAre(false, false, false, false, true, false));
}

TEST(Outliers, WhereMostValuesAreEqual) {
  EXPECT_THAT(outliers(std::vector<double>{5, 5, 5, 5, 5, 5, 5, 5, 5, 9}),
              testing::ElementsAre(false, false, false, false, false, false, false, false, false, true));
  EXPECT_THAT(outliers(std::vector<double>{5, 5, 5}), testing::Each(false));
  EXPECT_TRUE(outliers({}).empty());
}

TEST(OutlierPValues, RaiseAsManyFalseAlarmsAsTheySay) {
  constexpr int kDraws = 4'000;
  Random random(5);
  for (const std::size_t n : {4U, 5U, 10U, 30U}) {
    int alarms = 0;
    for (int i = 0; i < kDraws; ++i) {
      std::vector<double> values;
      for (std::size_t k = 0; k < n; ++k) values.push_back(random.normal());
      const std::vector<double> p_values = outlier_p_values(values);
      alarms += *std::min_element(p_values.begin(), p_values.end()) * static_cast<double>(n) < 0.05 ? 1 : 0;
    }
    EXPECT_NEAR(alarms / static_cast<double>(kDraws), 0.05, 0.012) << n;  // 3.5 standard errors.
  }
}

TEST(OutlierPValues, OfFewAndOfEqualValues) {
  EXPECT_THAT(outlier_p_values(std::vector<double>{1, 2, 90}), testing::Each(1));
  EXPECT_THAT(outlier_p_values(std::vector<double>{5, 5, 5, 5}), testing::Each(1));
  EXPECT_EQ(outlier_p_values(std::vector<double>{5, 5, 5, 6})[3], 0);
  // R: x <- c(10, 11, 9, 10.5, 30); 2 * pt(-abs(rstudent(lm(x ~ 1))), 3)
  EXPECT_NEAR(outlier_p_values(std::vector<double>{10, 11, 9, 10.5, 30})[4], 0.000242415, 1e-9);
}

}  // namespace
}  // namespace sriov::stats
