#include "analyzers/stats/outliers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace sriov::stats
