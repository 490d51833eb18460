// Expected values: tests/fixtures/stats/series.R.
#include "analyzers/stats/steady_state.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "analyzers/stats/random.h"

#include "tests/unit/support/csv_columns.h"

namespace sriov::stats {
namespace {

TEST(Mser5, AgreesWithR) {
  const auto truncation = mser5(test::csv_column("stats/warm_up.csv"));
  ASSERT_TRUE(truncation);
  EXPECT_EQ(truncation->index, 80U);
  EXPECT_TRUE(truncation->credible);
}

TEST(Mser5, ASteadySeriesLosesNothing) {
  std::vector<double> series;
  for (int i = 0; i < 100; ++i) series.push_back(i * 37 % 101);
  EXPECT_LE(mser5(series)->index, 25U);
  EXPECT_TRUE(mser5(series)->credible);
  const auto constant = mser5(std::vector<double>(60, 7.0));
  EXPECT_EQ(constant->index, 0U);
}

TEST(Mser5, WhatNeverSettlesIsNotCredible) {
  std::vector<double> rising;
  for (int i = 0; i < 100; ++i) rising.push_back(i * i);
  EXPECT_FALSE(mser5(rising)->credible);
  std::vector<double> late(100, 1.0);
  for (std::size_t i = 0; i < 70; ++i) late[i] = 50 + static_cast<double>(i % 3);
  EXPECT_EQ(mser5(late)->index, 70U);
  EXPECT_FALSE(mser5(late)->credible);
}

TEST(Mser5, NeedsFiftyValues) { EXPECT_FALSE(mser5(std::vector<double>(49, 1.0))); }

/// Neighbours that resemble each other with `correlation`, around 1.
std::vector<double> resembling(std::size_t n, double spread, double correlation, Random& random) {
  std::vector<double> out;
  double state = random.normal();
  for (std::size_t i = 0; i < n; ++i) {
    state = correlation * state + std::sqrt(1 - correlation * correlation) * random.normal();
    out.push_back(1 + spread * state);
  }
  return out;
}

TEST(Settling, SteadySeriesSeldomSeemToSettle) {
  constexpr int kDraws = 2'000;
  Random random(11);
  for (const std::size_t n : {20U, 49U, 50U, 300U})
    for (const double correlation : {0.0, 0.3, 0.6}) {
      int alarms = 0;
      for (int i = 0; i < kDraws; ++i) alarms += settling(resembling(n, 0.15, correlation, random)) ? 1 : 0;
      // Up to 0.3 % were seen in larger simulations; 15 of 2,000 with a rate of 0.3 % are as unlikely as 1 in 1,000.
      EXPECT_LE(alarms, 15) << n << ' ' << correlation;
    }
}

TEST(Settling, FindsAWarmUp) {
  Random random(12);
  std::vector<double> series = resembling(100, 0.05, 0.3, random);
  for (std::size_t i = 0; i < 20; ++i) series[i] *= 0.5;
  const auto found = settling(series);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->index, 20U);
  EXPECT_NEAR(found->percent, -50, 3);
}

TEST(Settling, SmallDifferencesAndShortOrEvenSeriesTellNothing) {
  std::vector<double> nearly(100, 100.0);
  for (std::size_t i = 0; i < 20; ++i) nearly[i] = 96;
  EXPECT_FALSE(settling(nearly));
  EXPECT_FALSE(settling(std::vector<double>(100, 7.0)));
  EXPECT_FALSE(settling(std::vector<double>(100, 0.0)));
  EXPECT_FALSE(settling(std::vector<double>(19, 1.0)));
  EXPECT_FALSE(mser(std::vector<double>(19, 1.0), 0));
}

}  // namespace
}  // namespace sriov::stats
