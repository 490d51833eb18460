#include <cmath>

#include "analyzers/comparison/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/support/synthetic_run.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class ComparisonTest : public ::testing::Test {
 protected:
  std::string run() const { return directory_.path() + "/run"; }
  test::TemporaryDirectory directory_;
};

TEST_F(ComparisonTest, PairsByRepetitionAndCountsTheLastAttempt) {
  const auto store = test::make_synthetic_run(run(), true);
  ASSERT_TRUE(store) << store.error().text();
  const auto comparison = compare(*store);
  ASSERT_TRUE(comparison) << comparison.error().text();
  ASSERT_EQ(comparison->tables.size(), 1U);
  const ComparisonTable& table = comparison->tables.front();
  EXPECT_EQ(table.condition, "workload=tcp_stream");
  EXPECT_THAT(table.levels, ElementsAre("vf", "netfront"));
  EXPECT_EQ(table.compared, "vf");
  EXPECT_EQ(table.baseline, "netfront");
  EXPECT_THAT(table.valid_trials, ElementsAre(3, 3));
  EXPECT_THAT(table.left_out, ElementsAre(0, 1));
  const ComparisonRow* throughput = table.row("throughput_bps");
  ASSERT_NE(throughput, nullptr);
  EXPECT_EQ(throughput->pairs, 3U);
  // 80/64 shrinks by (1 + 0.02 r)^2 in repetition r: the geometric mean has the squares' geometric mean.
  EXPECT_NEAR(throughput->ratio->value, 1.25 / std::pow(1.02 * 1.04, 2.0 / 3), 1e-4);
  EXPECT_THAT(comparison->caveats, Contains(HasSubstr("trial 6 (path=netfront workload=tcp_stream, repetition 4) is "
                                                      "invalid: guest1 eth0 carried 0.0 MB")));
}

TEST_F(ComparisonTest, EmulatedTimeNeverSpeaks) {
  const auto store = test::make_synthetic_run(run(), true);
  const auto comparison = compare(*store);
  const auto& verdicts = comparison->tables.front().verdicts;
  EXPECT_THAT(verdicts, Contains(AllOf(HasSubstr("dom0's share of the CPU used is"),
                                       HasSubstr("the VF takes dom0 out of the data path"))));
  EXPECT_THAT(verdicts,
              Each(Not(AnyOf(HasSubstr("hroughput"), HasSubstr("faster"), HasSubstr("atency"), HasSubstr("Gbit/s")))));
  EXPECT_THAT(comparison->caveats, Contains(HasSubstr("Emulated hardware (QEMU, tcg)")));
}

TEST_F(ComparisonTest, RealHardwareIsComparedByTimeToo) {
  const auto store = test::make_synthetic_run(run(), false);
  const auto comparison = compare(*store);
  const auto& verdicts = comparison->tables.front().verdicts;
  EXPECT_THAT(verdicts, Contains(HasSubstr("vf has the higher throughput (vf/netfront: ratio 1.2")));
  EXPECT_THAT(verdicts, Contains(HasSubstr("vf has the lower dom0 CPU cost per Gbit/s")));
  EXPECT_THAT(comparison->caveats, Each(Not(HasSubstr("Emulated"))));
}

TEST_F(ComparisonTest, ClaimsNothingThatTheIntervalDoesNotSupport) {
  auto store = Store::create(run(), test::synthetic_info(false));
  int index = 0;
  for (int repetition = 0; repetition < 2; ++repetition) {
    auto vf = test::on_path("vf", index++, repetition);
    auto netfront = test::on_path("netfront", index++, repetition);
    vf.goodput_bps = repetition == 0 ? 50e6 : 90e6;
    netfront.goodput_bps = repetition == 0 ? 90e6 : 50e6;
    ASSERT_TRUE(store->put_trial(test::make_record(vf)));
    ASSERT_TRUE(store->put_trial(test::make_record(netfront)));
  }
  const auto comparison = compare(*store);
  EXPECT_THAT(comparison->tables.front().verdicts,
              Contains(HasSubstr("Throughput: no difference seen between vf and netfront (95 % interval")));
}

TEST_F(ComparisonTest, OneRepetitionGivesNoVerdict) {
  auto store = Store::create(run(), test::synthetic_info(false));
  ASSERT_TRUE(store->put_trial(test::make_record(test::on_path("vf", 0, 0))));
  ASSERT_TRUE(store->put_trial(test::make_record(test::on_path("netfront", 1, 0))));
  const auto comparison = compare(*store);
  EXPECT_THAT(comparison->tables.front().verdicts, ElementsAre("One repetition: no interval, no verdict."));
  EXPECT_THAT(comparison->caveats, Contains(HasSubstr("unfinished: 2 of 7")));
}

TEST_F(ComparisonTest, OneLevelHasNothingToCompareWith) {
  auto store = Store::create(run(), test::synthetic_info(false));
  ASSERT_TRUE(store->put_trial(test::make_record(test::on_path("vf", 0, 0))));
  const auto comparison = compare(*store, "workload");
  ASSERT_TRUE(comparison);
  EXPECT_THAT(comparison->tables.front().verdicts, ElementsAre("Only one workload was run: nothing to compare with."));
}

TEST_F(ComparisonTest, LevelsThatWereAskedForAlone) {
  std::vector<Store> stores;
  stores.push_back(std::move(*test::make_synthetic_run(run(), false)));
  const auto both = compare(stores, {"path", "", {"vf", "netfront"}});
  ASSERT_TRUE(both);
  EXPECT_THAT(both->tables.front().levels, ElementsAre("vf", "netfront"));
  const auto one = compare(stores, {"path", "", {"netfront"}});
  ASSERT_TRUE(one);
  EXPECT_THAT(one->tables.front().levels, ElementsAre("netfront"));
  const auto wrong = compare(stores, {"path", "", {"netfornt"}});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::usage);
  EXPECT_THAT(wrong.error().text(), HasSubstr("path has no level 'netfornt'"));
  const auto gone = compare(stores, {"path", "vf", {"netfront"}});
  EXPECT_FALSE(gone) << "the baseline must be one of them";
}

TEST_F(ComparisonTest, SaysWhenThereIsNothingToCompare) {
  auto store = Store::create(run(), test::synthetic_info(false));
  EXPECT_EQ(compare(*store).error().kind, ErrorKind::not_enough_data);
  TrialRecord invalid = test::make_record(test::on_path("vf", 0, 0));
  invalid.status = TrialStatus::invalid;
  invalid.reason = "guest1 eth1 carried nothing";
  ASSERT_TRUE(store->put_trial(invalid));
  const auto comparison = compare(*store);
  ASSERT_FALSE(comparison);
  EXPECT_EQ(comparison.error().kind, ErrorKind::not_enough_data);
  EXPECT_THAT(comparison.error().text(), HasSubstr("guest1 eth1 carried nothing"));
  EXPECT_THAT(compare(*store, "worklod").error().text(), HasSubstr("did you mean 'workload'?"));
}

TEST_F(ComparisonTest, RunsOfTheSameCellsAreComparedAsRuns) {
  std::vector<Store> stores;
  stores.push_back(std::move(*test::make_synthetic_run(directory_.path() + "/monday", false)));
  stores.push_back(std::move(*test::make_synthetic_run(directory_.path() + "/friday", false)));
  const auto comparison = compare(stores, {});
  ASSERT_TRUE(comparison) << comparison.error().text();
  ASSERT_EQ(comparison->tables.size(), 2U) << "a table for each path";
  const ComparisonTable& table = comparison->tables.front();
  EXPECT_EQ(table.factor, "run");
  EXPECT_THAT(table.levels, ElementsAre("monday", "friday")) << "as they were given, not by name";
  EXPECT_EQ(table.baseline, "monday");
  EXPECT_EQ(table.compared, "friday");
  EXPECT_FALSE(table.row("throughput_bps")->is_paired) << "repetitions of different runs are no blocks";
  for (const ComparisonTable& one : comparison->tables)
    for (const ComparisonRow& row : one.rows) EXPECT_FALSE(row.differs()) << row.metric << ": the runs are the same";
  EXPECT_EQ(table.row("throughput_bps")->verdict, RowVerdict::no_difference);
  EXPECT_THAT(table.verdicts, Contains(HasSubstr("no difference seen between friday and monday")));

  const auto by_path = compare(stores, {"path", "", {}});
  ASSERT_TRUE(by_path) << by_path.error().text();
  EXPECT_THAT(by_path->tables.front().levels, Contains("vf@monday"));
}

TEST_F(ComparisonTest, VerdictsSayWhichWayIsBetter) {
  const auto store = test::make_synthetic_run(run(), false);
  const auto comparison = compare(*store);
  const ComparisonTable& table = comparison->tables.front();
  EXPECT_EQ(table.row("throughput_bps")->verdict, RowVerdict::better) << "more on the VF";
  EXPECT_EQ(table.row("cpu_percent.dom0")->verdict, RowVerdict::better) << "less on the VF";
  EXPECT_EQ(table.row("interrupts_per_mb.guest1")->verdict, RowVerdict::worse) << "more on the VF";
  EXPECT_EQ(table.row("packets_per_s.guest1.to_guest")->verdict, RowVerdict::higher) << "neither good nor bad";
  EXPECT_EQ(table.row("cpu_percent.guests")->verdict, RowVerdict::no_difference);
}

}  // namespace
}  // namespace sriov
