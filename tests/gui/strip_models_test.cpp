// What the time line and the live page are made of.
#include <QAbstractItemModelTester>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include "gui/models/strip_curves.h"
#include "gui/models/strip_table.h"

namespace sriov::gui {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Strip stacked(std::vector<std::int64_t> instants, std::vector<std::vector<double>> values) {
  return {"cpu", 0, "dom0", "CPU", "%", true, {"a", "b"}, std::move(instants), std::move(values)};
}

TEST(StripCurves, AStackIsDrawnAsSumsAndReadAsParts) {
  const StripCurves curves(stacked({10, 20}, {{1, 2}, {10, 20}}));
  EXPECT_EQ(curves.title(), "dom0: CPU");
  EXPECT_EQ(curves.drawn(1).at(0), 11);
  EXPECT_EQ(curves.drawn(1).at(1), 22);
  EXPECT_EQ(curves.curve(1).at(1), 20);
}

TEST(StripCurves, ASumOfWhatIsNotKnownIsNotKnown) {
  const StripCurves curves(stacked({10}, {{kNan}, {10}}));
  EXPECT_TRUE(std::isnan(curves.drawn(1).at(0)));
  EXPECT_EQ(curves.curve(1).at(0), 10);
}

TEST(StripCurves, GrowWithNewCurvesAndWithoutOldTimes) {
  StripCurves curves(stacked({10, 20}, {{1, 2}, {3, 4}}));
  Strip more = stacked({20, 30}, {{7, 8}, {9, 9}, {5, 6}});
  more.names.emplace_back("c");
  curves.append(more);
  EXPECT_THAT(curves.instants_ns(), testing::ElementsAre(10, 20, 30));
  EXPECT_EQ(curves.names().size(), 3U);
  EXPECT_TRUE(std::isnan(curves.curve(2).at(1)));
  EXPECT_EQ(curves.curve(2).at(2), 6);
  EXPECT_EQ(curves.curve(0).at(1), 2) << "what was there stays";
}

TEST(StripCurves, TheNearestStepIsRead) {
  const StripCurves curves(stacked({10, 20, 40}, {{1, 2, 3}, {1, 2, 3}}));
  EXPECT_EQ(curves.step_at(-5), 0U);
  EXPECT_EQ(curves.step_at(14), 0U);
  EXPECT_EQ(curves.step_at(16), 1U);
  EXPECT_EQ(curves.step_at(100), 2U);
}

TEST(StripCurves, ADayOfTwoHundredCurvesIsLessThan500Megabytes) {
  constexpr std::int64_t kDay = 864'000;  // At ten a second.
  constexpr int kCurves = 10;             // In each of 20 strips.
  for (const bool is_stacked : {false, true}) {
    Strip one{"k", 0, "e", "t", "", is_stacked, {}, {0}, {}};
    for (int i = 0; i < kCurves; ++i) {
      one.names.push_back("curve " + std::to_string(i));
      one.values.push_back({1});
    }
    StripCurves curves(one, 36'000);
    for (std::int64_t i = 1; i < kDay; ++i) {
      one.instants_ns[0] = i;
      one.values[0][0] = i == 54'321 ? 1000 : 1;
      curves.append(one);
    }
    EXPECT_LT(20.0 * static_cast<double>(curves.bytes()), 500e6) << (is_stacked ? "stacked" : "lines");
    EXPECT_FALSE(curves.step_at(5)) << "kept as extremes only";
    EXPECT_EQ(curves.curve(0).extent(54'000, 55'000)->high, 1000) << "a peak of the morning is there in the evening";
    EXPECT_EQ(curves.curve(0).extent(60'000, 61'000)->high, 1);
  }
}

TEST(AppendStrips, PutsNewOnesAtTheirPlaces) {
  std::vector<StripCurves> all;
  const auto strip = [](int place, const char* endpoint) {
    return Strip{"k" + std::to_string(place), place, endpoint, "t", "", false, {"a"}, {1}, {{1}}};
  };
  append_strips(all, {strip(5, "peer"), strip(0, "dom0")}, 0);
  append_strips(all, {strip(5, "dom0"), strip(5, "peer")}, 0);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].place(), 0);
  EXPECT_EQ(all[1].endpoint(), "dom0");
  EXPECT_EQ(all[2].endpoint(), "peer");
}

TEST(StripTable, HasTheStepsOfTheTimeThatIsShown) {
  const StripCurves curves(stacked({10, 20'000'000, 30'000'000}, {{1, 2, kNan}, {4, 5, 6}}));
  StripTable table;
  const QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::Fatal);
  table.show(&curves, 0, 15, 1'000'000'000);
  ASSERT_EQ(table.rowCount(), 2);
  ASSERT_EQ(table.columnCount(), 3);
  EXPECT_EQ(table.headerData(0, Qt::Horizontal, Qt::DisplayRole), "time_s");
  EXPECT_EQ(table.headerData(2, Qt::Horizontal, Qt::DisplayRole), "b");
  EXPECT_EQ(table.data(table.index(0, 0)), 0.02);
  EXPECT_EQ(table.data(table.index(0, 1)), 2.0);
  EXPECT_FALSE(table.data(table.index(1, 1)).isValid()) << "not known is empty";
  table.show(nullptr, 0, 0, 0);
  EXPECT_EQ(table.columnCount(), 0);
}

}  // namespace
}  // namespace sriov::gui
