// Extremes of parts of a curve, against a plain search.
#include "analyzers/strips/level_of_detail.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace sriov {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::optional<Extent> search(const std::vector<double>& values, std::size_t first, std::size_t last) {
  std::optional<Extent> extent;
  for (std::size_t i = first; i < std::min(last, values.size()); ++i) {
    if (std::isnan(values[i])) continue;
    if (!extent) extent = Extent{values[i], values[i]};
    *extent = {std::min(extent->low, values[i]), std::max(extent->high, values[i])};
  }
  return extent;
}

/// Whole numbers, which float holds exactly; one in ten is not known.
std::vector<double> some_values(std::size_t size) {
  std::mt19937 random(7);
  std::vector<double> values;
  for (std::size_t i = 0; i < size; ++i) values.push_back(random() % 10 == 0 ? kNan : double(random() % 1'000'000));
  return values;
}

LevelOfDetail curve_of(const std::vector<double>& values, std::size_t keep = 0) {
  LevelOfDetail curve(keep);
  for (const double value : values) curve.append(value);
  return curve;
}

void expect_same(const std::optional<Extent>& seen, const std::optional<Extent>& expected) {
  ASSERT_EQ(seen.has_value(), expected.has_value());
  if (!seen) return;
  EXPECT_EQ(seen->low, expected->low);
  EXPECT_EQ(seen->high, expected->high);
}

TEST(LevelOfDetail, ExtremesAreThoseOfAPlainSearch) {
  const std::vector<double> values = some_values(5000);
  const LevelOfDetail curve = curve_of(values);
  std::mt19937 random(11);
  for (int i = 0; i < 3000; ++i) {
    const std::size_t first = random() % 5000;
    const std::size_t last = first + random() % (i % 2 == 0 ? 5000 : 20);
    SCOPED_TRACE(testing::Message() << first << " to " << last);
    expect_same(curve.extent(first, last), search(values, first, last));
  }
}

TEST(LevelOfDetail, NothingIsKnownOfNothing) {
  EXPECT_FALSE(LevelOfDetail().extent(0, 10));
  EXPECT_FALSE(curve_of({1, 2, 3}).extent(2, 2));
  EXPECT_FALSE(curve_of(std::vector<double>(100, kNan)).extent(0, 100));
}

/// Old values go, their extremes stay: a day of samples does not fill the memory, and no peak is lost.
TEST(LevelOfDetail, OldValuesAreKeptAsGroups) {
  std::vector<double> values = some_values(100'000);
  values[12'345] = 5e6;
  const LevelOfDetail curve = curve_of(values, 1000);
  EXPECT_GE(curve.size() - curve.first_kept(), 1000U);
  EXPECT_LE(curve.size() - curve.first_kept(), 2000U);
  EXPECT_LT(curve.bytes(), 100'000 * sizeof(float) / 2);
  EXPECT_EQ(curve.extent(0, 100'000)->high, 5e6);
  EXPECT_EQ(curve.extent(12'345, 12'346)->high, 5e6) << "of its group";
  expect_same(curve.extent(99'500, 99'777), search(values, 99'500, 99'777));
  expect_same(curve.extent(3, 5000), search(values, 0, 5120));  // In groups of 512 by now.
}

TEST(DrawColumns, AFewValuesAreDrawnThemselves) {
  const LevelOfDetail curve = curve_of({5, kNan, 7});
  const std::vector<std::int64_t> instants{10, 20, 30};
  const auto drawn = draw_columns(instants, curve, 0, 100, 600);
  ASSERT_EQ(drawn.size(), 3U);
  EXPECT_EQ(drawn[0].instant_ns, 10);
  EXPECT_EQ(drawn[0].high, 5);
  EXPECT_TRUE(std::isnan(drawn[1].high)) << "a gap, not a line across it";
  EXPECT_EQ(drawn[2].low, 7);
}

TEST(DrawColumns, NoPeakVanishesAtAnyZoom) {
  std::vector<double> values(100'000, 1);
  std::vector<std::int64_t> instants;
  for (std::int64_t i = 0; i < 100'000; ++i) instants.push_back(i * 1000);
  values[70'001] = 9;
  const LevelOfDetail curve = curve_of(values);
  for (const std::int64_t span : {100'000'000, 50'000'000, 5'000'000, 300'000}) {
    const std::int64_t from = 70'001'000 - span / 3;
    const auto drawn = draw_columns(instants, curve, from, from + span, 400);
    EXPECT_LE(drawn.size(), 402U);
    const auto peak = std::max_element(drawn.begin(), drawn.end(),
                                       [](const DrawnColumn& a, const DrawnColumn& b) { return a.high < b.high; });
    ASSERT_NE(peak, drawn.end());
    EXPECT_EQ(peak->high, 9) << span;
    EXPECT_NEAR(static_cast<double>(peak->instant_ns), 70'001'000, static_cast<double>(span) / 400) << span;
    EXPECT_TRUE(std::is_sorted(drawn.begin(), drawn.end(),
                               [](const DrawnColumn& a, const DrawnColumn& b) { return a.instant_ns < b.instant_ns; }));
  }
}

TEST(DrawColumns, TheNeighboursOutsideAreIn) {
  const LevelOfDetail curve = curve_of({1, 2, 3, 4, 5});
  const std::vector<std::int64_t> instants{0, 10, 20, 30, 40};
  const auto drawn = draw_columns(instants, curve, 15, 25, 600);
  ASSERT_EQ(drawn.size(), 3U);
  EXPECT_EQ(drawn.front().instant_ns, 10);
  EXPECT_EQ(drawn.back().instant_ns, 30);
  EXPECT_TRUE(draw_columns(instants, curve, 25, 15, 600).empty());
  EXPECT_TRUE(draw_columns({}, LevelOfDetail(), 0, 10, 600).empty());
}

TEST(LevelOfDetail, WhatIsForgottenLeavesItsExtremesBehindForEver) {
  constexpr std::size_t kValues = 100'000;
  LevelOfDetail curve(64);
  for (std::size_t i = 0; i < kValues; ++i) curve.append(i % 9'973 == 5 ? static_cast<double>(i) : 1);
  EXPECT_LT(curve.bytes(), 8'000U);
  for (std::size_t peak = 5; peak < kValues; peak += 9'973) {
    const auto around = curve.extent(peak, peak + 1);
    ASSERT_TRUE(around);
    EXPECT_EQ(around->high, static_cast<double>(peak));
    EXPECT_EQ(curve.extent(peak - std::min<std::size_t>(peak, 3'000), peak + 3'000)->high, static_cast<double>(peak));
  }
  EXPECT_EQ(curve.extent(0, kValues)->low, 1);
  EXPECT_EQ(curve.extent(kValues - 40, kValues)->high, 1) << "the newest are kept singly";
}

}  // namespace
}  // namespace sriov
