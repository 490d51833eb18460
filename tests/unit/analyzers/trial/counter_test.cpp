#include "analyzers/trial/counter.h"

#include <gtest/gtest.h>

#include "analyzers/metrics/trial_metrics.h"

namespace sriov {
namespace {

using Status = CounterIncrease::Status;

constexpr std::int64_t kTop = (std::int64_t{1} << 32) - 1;
const std::vector<std::int64_t> kInstants{0, 100, 200, 300};

CounterIncrease rise(const std::vector<std::int64_t>& values, std::int64_t from, std::int64_t to,
                     bool partial = false) {
  return counter_increase(kInstants, values, from, to, partial);
}

TEST(CounterIncrease, InterpolatesBetweenRows) {
  const std::vector<std::int64_t> values{10, 20, 40, 40};
  EXPECT_DOUBLE_EQ(rise(values, 0, 300).value, 30);
  EXPECT_DOUBLE_EQ(rise(values, 100, 200).value, 20);
  EXPECT_DOUBLE_EQ(rise(values, 50, 150).value, 15);
  EXPECT_DOUBLE_EQ(rise(values, 110, 120).value, 2);
  EXPECT_DOUBLE_EQ(rise(values, 150, 150).value, 0);
}

TEST(CounterIncrease, RecognisesAWrapOf32Bits) {
  const auto result = rise({kTop - 9, kTop, 10, 20}, 0, 300);
  EXPECT_EQ(result.status, Status::known);
  EXPECT_DOUBLE_EQ(result.value, 9 + 11 + 10);
}

TEST(CounterIncrease, TellsAResetFromAWrap) {
  EXPECT_EQ(rise({5000, 6000, 10, 20}, 0, 300).status, Status::reset);
  EXPECT_EQ(rise({kTop / 2, kTop / 2, 10, 20}, 0, 300).status, Status::reset);
  EXPECT_EQ(rise({kTop + 10, kTop + 20, 5, 6}, 0, 300).status, Status::reset) << "a counter past 32 bits does not wrap";
  EXPECT_EQ(rise({5000, 6000, 10, 20}, 200, 300).status, Status::known) << "the reset was before the window";
  EXPECT_EQ(rise({10, 20, 30, 0}, 0, 150).status, Status::known) << "the reset came after the window";
}

TEST(CounterIncrease, BridgesGaps) {
  EXPECT_DOUBLE_EQ(rise({0, kAbsent, 200, 300}, 0, 300).value, 300);
  EXPECT_DOUBLE_EQ(rise({0, kAbsent, 200, 300}, 100, 200).value, 100);
}

TEST(CounterIncrease, WantsTheWholeWindow) {
  EXPECT_EQ(rise({0, 1, 2, 3}, -1, 100).status, Status::not_covered);
  EXPECT_EQ(rise({0, 1, 2, 3}, 0, 301).status, Status::not_covered);
  EXPECT_EQ(rise({kAbsent, 1, 2, 3}, 0, 300).status, Status::not_covered);
  EXPECT_EQ(rise({kAbsent, kAbsent, kAbsent, kAbsent}, 0, 300).status, Status::never_present);
}

TEST(CounterIncrease, CountsAHotPluggedSeriesFromItsFirstSight) {
  const auto result = rise({kAbsent, 50, 70, kAbsent}, 0, 300, true);
  EXPECT_EQ(result.status, Status::known);
  EXPECT_DOUBLE_EQ(result.value, 20);
  EXPECT_DOUBLE_EQ(rise({kAbsent, kAbsent, kAbsent, 7}, 0, 200, true).value, 0);
}

TEST(Increase, UsesTheMiddleOfEachRow) {
  SampleBlock block;
  block.series = {{"x", "count", MetricKind::counter, {}}};
  block.begin_ns = {0, 100};
  block.end_ns = {20, 140};
  block.columns = {{0, 110}};
  EXPECT_DOUBLE_EQ(increase(block, 0, 10, 120).value(), 110);
  EXPECT_DOUBLE_EQ(increase(block, 0, 65, 120).value(), 55);
  EXPECT_FALSE(increase(block, 0, 0, 120)) << "before the first row's middle nothing is known";
  EXPECT_FALSE(increase(block, 1, 10, 120));
}

}  // namespace
}  // namespace sriov
