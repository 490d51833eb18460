// Expected values: tests/fixtures/stats/series.R, which tries every segmentation's last change without pruning.
#include "analyzers/stats/change_points.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "analyzers/stats/random.h"
#include "tests/unit/support/csv_columns.h"

namespace sriov::stats {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<double> levels() { return test::csv_column("stats/levels.csv"); }

TEST(NoiseOf, AgreesWithR) {
  EXPECT_NEAR(noise_of(levels()), 1.27060999599913, 1e-12);  // R: median(abs(diff(x))) / (qnorm(0.75) * sqrt(2))
  EXPECT_EQ(noise_of(std::vector<double>(9, 4.0)), 0);
  EXPECT_GT(noise_of(std::vector<double>{4, 4, 4, 4, 4, 8}), 0);
}

TEST(ChangePoints, OfTheMeanAgreeWithR) {
  // The last stretch has three times the noise, so its mean seems to change: that is what the other cost is for.
  const ChangePoints expected{60, 110, 142, 143, 145, 146, 157, 163, 164, 173, 174};
  EXPECT_EQ(change_points(levels()), expected);
  EXPECT_EQ(pelt_mean(levels()), expected);
}

TEST(ChangePoints, WithAShortestSegmentAgreeWithR) {
  EXPECT_THAT(pelt_mean(levels(), std::nullopt, 10), ElementsAre(60, 110, 152, 162));
}

TEST(ChangePoints, OfMeanAndVarianceAgreeWithR) {
  EXPECT_THAT(pelt_mean_and_variance(levels()), ElementsAre(59, 110, 115));
}

TEST(ChangePoints, BothSearchesFindTheSame) {
  Random random(11);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> series;
    double level = 0;
    for (int i = 0; i < 80; ++i) {
      if (random.below(15) == 0) level = 3 * random.normal();
      series.push_back(1e6 + 100 * (level + random.normal()));
    }
    ASSERT_EQ(change_points(series, 4), pelt_mean(series, 4)) << round;
  }
}

TEST(ChangePoints, NoiseAloneHasNone) {
  Random random(5);
  int with_change = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<double> series;
    for (int i = 0; i < 300; ++i) series.push_back(random.normal());
    if (!change_points(series).empty()) ++with_change;
  }
  EXPECT_LE(with_change, 20);
}

TEST(ChangePoints, WithoutNoiseThereIsNothingToCompareWith) {
  EXPECT_THAT(change_points(std::vector<double>(50, 1.0)), IsEmpty());
  EXPECT_THAT(pelt_mean(std::vector<double>(50, 1.0)), IsEmpty());
  EXPECT_THAT(pelt_mean_and_variance(std::vector<double>(50, 1.0)), IsEmpty());
  EXPECT_THAT(change_points({}), IsEmpty());
  EXPECT_THAT(change_points(std::vector<double>{1}), IsEmpty());
}

TEST(ChangePoints, AStepOfConstantsIsFound) {
  std::vector<double> step(40, 2.0);
  step.insert(step.end(), 40, 5.0);
  EXPECT_THAT(change_points(step), ElementsAre(40));
  EXPECT_THAT(pelt_mean_and_variance(step), ElementsAre(40));
}

}  // namespace
}  // namespace sriov::stats
