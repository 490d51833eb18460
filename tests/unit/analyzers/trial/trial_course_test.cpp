#include "analyzers/trial/trial_course.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "analyzers/assessment/trial_assessment.h"
#include "analyzers/comparison/comparison.h"
#include "analyzers/trial/counter.h"
#include "report/json/comparison_json.h"
#include "report/json/run_json.h"
#include "report/text/render_comparison.h"
#include "report/text/render_run.h"
#include "tests/unit/support/rate_run.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Payload of guest1 by the second since the trial began; the window is from second 1 to 5.
test::RateTrial payload(const std::function<double(double)>& bytes_per_s, int repetition = 0) {
  test::RateTrial trial;
  trial.cell = {{"path", repetition % 2 == 0 ? "vf" : "netfront"}, {"workload", "tcp_stream"}};
  trial.repetition = repetition / 2;
  trial.counters.push_back({"guest1", "netdev", "netdev.rx_bytes", {{"device", "vf0"}}, 0, bytes_per_s});
  return trial;
}

/// Even, but for what differs from row to row.
double even(double second) { return 1e7 * (1 + 0.02 * std::sin(second * 37)); }

TrialCourse course_of(const std::function<double(double)>& bytes_per_s) {
  return trial_course(test::make_rate_record(payload(bytes_per_s), 0));
}

TEST(TrialCourse, ASteadyTrialHasNothingToTell) {
  const TrialCourse course = course_of(even);
  EXPECT_GE(course.rates, 38U);
  EXPECT_EQ(course.why_not_steady_known, "");
  EXPECT_FALSE(course.settling);
  ASSERT_TRUE(course.drift);
  EXPECT_LT(std::abs(course.drift->percent), 2);
  EXPECT_THAT(course.resets, IsEmpty());
  EXPECT_THAT(course.clocks_backward, IsEmpty());
  EXPECT_FALSE(course.gap);
  EXPECT_EQ(course.wraps, 0U);
  ASSERT_TRUE(course.worst_clock);
  EXPECT_EQ(course.worst_clock->error_ns, 1000);
}

TEST(TrialCourse, WarmUpInTheWindowIsCut) {
  const TrialCourse course = course_of([](double second) { return second < 1.8 ? even(second) / 2 : even(second); });
  ASSERT_TRUE(course.settling);
  EXPECT_NEAR(course.settling->seconds, 0.8, 0.21);
  EXPECT_NEAR(course.settling->percent, -50, 8);
}

TEST(TrialCourse, DriftIsInPercentOfTheMean) {
  const TrialCourse course = course_of([](double second) { return even(second) * (1 + 0.1 * (second - 3)); });
  ASSERT_TRUE(course.drift);
  EXPECT_NEAR(course.drift->percent, 40, 4);
  EXPECT_LT(course.drift->p_value, 1e-6);
}

TEST(TrialCourse, FewSamplesTellNothing) {
  TrialRecord record = test::make_rate_record(payload(even), 0);
  for (EndpointReport& entry : record.reports)
    entry.report.window_end_ns = entry.report.window_begin_ns + 1'000'000'000;
  EXPECT_THAT(trial_course(record).why_not_steady_known, HasSubstr("20 are needed"));
  EXPECT_FALSE(trial_course(record).drift);
}

TEST(TrialCourse, CountersThatFellWrappedOrWereMissed) {
  TrialRecord record = test::make_rate_record(payload(even), 0);
  std::vector<std::int64_t>& values = record.blocks.front().columns.front();
  values[20] = kAbsent;
  EXPECT_EQ(trial_course(record).bridged, 1U);
  for (std::size_t row = 0; row < values.size(); ++row)
    if (values[row] != kAbsent)
      values[row] = (values[row] + (std::int64_t{1} << 32) - values[30]) % (std::int64_t{1} << 32);
  EXPECT_EQ(trial_course(record).wraps, 1U);
  EXPECT_THAT(trial_course(record).resets, IsEmpty());
  for (std::size_t row = 30; row < values.size(); ++row) values[row] = 0;
  values[29] = 1'000'000;
  EXPECT_THAT(trial_course(record).resets, ElementsAre("netdev.rx_bytes of guest1 (device=vf0)"));
}

TEST(TrialCourse, AFallOutsideTheWindowIsNoMatter) {
  TrialRecord record = test::make_rate_record(payload(even), 0);
  record.blocks.front().columns.front()[2] = 0;
  record.blocks.front().columns.front()[58] = 0;
  EXPECT_THAT(trial_course(record).resets, IsEmpty());
}

TEST(TrialCourse, ClocksThatGoBackAndRowsThatAreMissing) {
  TrialRecord record = test::make_rate_record(payload(even), 0);
  TrialRecord backward = record;
  for (auto* side : {&backward.blocks.front().begin_ns, &backward.blocks.front().end_ns})
    for (std::size_t row = 30; row < side->size(); ++row) (*side)[row] -= 2'000'000'000;
  EXPECT_THAT(trial_course(backward).clocks_backward, ElementsAre("guest1"));
  for (auto* side : {&record.blocks.front().begin_ns, &record.blocks.front().end_ns, &record.blocks.front().columns[0]})
    side->erase(side->begin() + 20, side->begin() + 27);
  ASSERT_TRUE(trial_course(record).gap);
  EXPECT_NEAR(trial_course(record).gap->seconds, 0.8, 1e-6);
  EXPECT_EQ(trial_course(record).gap->endpoint, "guest1");
}

TEST(TrialCourse, AnEndpointThatStoodStillForMostOfTheWindowIsTold) {
  TrialRecord record = test::make_rate_record(payload(even), 0);
  SampleBlock& block = record.blocks.front();
  const std::size_t rows = block.rows();
  ASSERT_GT(rows, 20U);
  // Rows at the trial's ends only: none or next to none within the window.
  for (auto* side : {&block.begin_ns, &block.end_ns, &block.columns[0]})
    side->erase(side->begin() + 8, side->begin() + static_cast<std::ptrdiff_t>(rows) - 8);
  const TrialCourse course = trial_course(record);
  ASSERT_TRUE(course.gap);
  EXPECT_NEAR(course.gap->seconds, static_cast<double>(rows - 15) * 0.1, 1e-6);
  EXPECT_NEAR(course.gap->usual_s, 0.1, 1e-6);
}

TEST(TrialCourse, AGapOutsideTheWindowIsNoMatter) {
  const std::vector<double> instants{0, 0.1, 0.2, 1.2, 1.3, 1.4, 1.5, 1.6};
  EXPECT_FALSE(sample_gap(instants, 1.25, 1.6));
  ASSERT_TRUE(sample_gap(instants, 1.1, 1.6));
  EXPECT_DOUBLE_EQ(sample_gap(instants, 1.1, 1.6)->at_s, 0.2);
}

TEST(TrialCourse, AClockThatIsHardlyKnown) {
  TrialRecord record = test::make_rate_record(payload(even), 0);
  for (ClockOffset& clock : record.clocks)
    if (clock.endpoint == "guest1") clock.error_ns = 80'000'000;
  const TrialCourse course = trial_course(record);
  EXPECT_EQ(course.worst_clock->endpoint, "guest1");
  EXPECT_NEAR(course.worst_clock->percent_of_window, 2, 1e-9);
}

TEST(TrialCourse, NothingButAReportIsNoCrash) {
  TrialRecord record = test::make_rate_record(payload(even), 0);
  record.blocks.clear();
  EXPECT_EQ(trial_course(record).rates, 0U);
  record.clocks.clear();
  record.setup.lanes.clear();
  EXPECT_FALSE(trial_course(record).worst_clock);
  record.reports.clear();
  EXPECT_FALSE(trial_course(record).settling);
}

TEST(CounterRise, DamagedValuesDoNotOverflow) {
  EXPECT_FALSE(counter_rise(std::numeric_limits<std::int64_t>::min() + 1, std::numeric_limits<std::int64_t>::max()));
}

class CoursesOfARun : public ::testing::Test {
 protected:
  Result<Store> run_of(const std::vector<test::RateTrial>& trials) {
    return test::make_rate_run(directory_.path() + "/run", trials);
  }
  test::TemporaryDirectory directory_;
};

TEST_F(CoursesOfARun, AreToldInComparisonAndShow) {
  std::vector<test::RateTrial> trials;
  for (int i = 0; i < 12; ++i) {
    trials.push_back(payload(even, i));
    trials.back().guests_bps = {8e7 * (1 + 0.001 * (i % 5))};
  }
  trials[3] = payload([](double second) { return second < 2 ? 0.3 * even(second) : even(second); }, 3);
  trials[4] = payload([](double second) { return even(second) * (1 + 0.1 * (second - 3)); }, 4);
  trials[6].guests_bps = {4e7};
  const auto store = run_of(trials);
  ASSERT_TRUE(store) << store.error().text();
  const auto comparison = compare(*store);
  ASSERT_TRUE(comparison) << comparison.error().text();
  EXPECT_THAT(comparison->caveats, Contains(HasSubstr("Not steady: trial 3 (its first 1")));
  EXPECT_THAT(comparison->caveats, Contains(HasSubstr("Drifting: trial 4 (+39")));
  EXPECT_THAT(comparison->caveats, Contains(HasSubstr("Far from the others of their cells: trial 6 (40")));
  EXPECT_THAT(comparison->caveats, Not(Contains(HasSubstr("trial 5"))));
  ASSERT_EQ(comparison->trials.size(), 12U);
  const auto json = nlohmann::json::parse(comparison_json(*comparison, {}));
  EXPECT_EQ(json["trials"][4]["drifts"], true);
  EXPECT_EQ(json["trials"][5]["drifts"], false);
  EXPECT_EQ(json["trials"][6]["outlier_labelled"], true);
  EXPECT_LT(json["trials"][6]["outlier_p_adjusted"], 0.05);
  EXPECT_EQ(json["trials"][0]["clock_error_ns"], 1000);
  const std::string shown = render_run(*store, {})->text;
  EXPECT_THAT(shown, HasSubstr("drifts +39"));
  EXPECT_THAT(shown, HasSubstr("far off its cell"));
  const auto shown_json = nlohmann::json::parse(run_json(*store)->text);
  EXPECT_NEAR(shown_json["trials"][3]["course"]["settling_percent"].get<double>(), -58, 3);
}

TEST_F(CoursesOfARun, ClocksAndCountersOfOneTrialAreNamed) {
  auto store = run_of({payload(even, 0), payload(even, 1)});
  ASSERT_TRUE(store) << store.error().text();
  TrialRecord bad = test::make_rate_record(payload(even, 2), 2);
  for (ClockOffset& clock : bad.clocks)
    if (clock.endpoint == "guest1") clock.error_ns = 5'000'000'000;
  bad.blocks.front().columns.front()[30] = 1;
  ASSERT_TRUE(store->put_trial(bad));
  const auto comparison = compare(*store);
  ASSERT_TRUE(comparison) << comparison.error().text();
  EXPECT_THAT(comparison->caveats, Contains(HasSubstr("Clocks hardly compared: trial 2 (guest1 is known to ± 5")));
  EXPECT_THAT(comparison->caveats, Contains(HasSubstr("Counters that were reset: trial 2 (netdev.rx_bytes of guest1")));
}

}  // namespace
}  // namespace sriov
