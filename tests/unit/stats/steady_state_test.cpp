// Expected values: tests/fixtures/stats/series.R.
#include "analyzers/stats/steady_state.h"

#include <gtest/gtest.h>

#include <vector>

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

}  // namespace
}  // namespace sriov::stats
