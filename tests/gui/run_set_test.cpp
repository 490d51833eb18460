#include "gui/models/run_set.h"

#include <filesystem>

#include <gmock/gmock.h>

#include "gui/models/compare_view.h"
#include "gui/models/findings_text.h"
#include "host/file.h"
#include "tests/unit/support/synthetic_run.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov::gui {
namespace {

using testing::HasSubstr;

class Control : public JobControl {
 public:
  [[nodiscard]] bool is_cancelled() const override { return cancelled; }
  void report(int /*done*/, int /*of*/, const QString& what) override { reported << what; }

  bool cancelled = false;
  QStringList reported;
};

class RunSetTest : public testing::Test {
 protected:
  RunSetTest() { EXPECT_TRUE(test::make_synthetic_run(path("good").toStdString(), true)); }
  [[nodiscard]] QString path(const std::string& name) const {
    return QString::fromStdString(directory_.path() + "/" + name);
  }
  void make_recording() const {
    RunInfo info = test::synthetic_info(false);
    info.testbed.clear();
    EXPECT_TRUE(Store::create(path("recording").toStdString(), info));
  }

  test::TemporaryDirectory directory_;
  Control control_;
};

TEST_F(RunSetTest, WhatCannotBeOpenedDoesNotKeepTheOthersOut) {
  ASSERT_TRUE(make_directories(path("foreign").toStdString()));
  ASSERT_TRUE(write_file(path("foreign/run.sqlite").toStdString(), std::string(2000, 'x')));
  const RunSet set = RunSet::open({path("none"), path("good"), path("foreign")}, control_);
  EXPECT_EQ(set.directories(), QStringList{path("good")});
  ASSERT_EQ(set.problems().size(), 2U);
  EXPECT_THAT(set.problems()[0].text(), HasSubstr("none"));
  EXPECT_THAT(set.problems()[1].text(), HasSubstr("foreign"));
  EXPECT_TRUE(set.has_experiments());
  EXPECT_TRUE(set.any_emulated());
  EXPECT_EQ(control_.reported.size(), 3);
}

TEST_F(RunSetTest, ARecordingIsOpenAndHasNothingToCompare) {
  make_recording();
  const RunSet set = RunSet::open({path("recording")}, control_);
  EXPECT_EQ(set.runs().size(), 1U);
  EXPECT_FALSE(set.has_experiments());
  EXPECT_FALSE(compare_view(set, {}));
}

TEST_F(RunSetTest, NobodyWantsItAnyMore) {
  control_.cancelled = true;
  EXPECT_TRUE(RunSet::open({path("good")}, control_).is_empty());
}

TEST_F(RunSetTest, TheViewIsOfTheTableThatTheChartIsAbout) {
  const RunSet set = RunSet::open({path("good")}, control_);
  ViewState state;
  const auto usual = compare_view(set, state);
  ASSERT_TRUE(usual) << usual.error().text();
  EXPECT_EQ(usual->comparison.tables.at(usual->table).levels, (std::vector<std::string>{"vf", "netfront"}));
  ASSERT_EQ(usual->panels.size(), 1U);
  ASSERT_TRUE(usual->panels[0].figure);
  EXPECT_EQ(usual->panels[0].figure->chart, "comparison-bars");
  state.setting[kCompareChart] = "latency-box";
  const auto none = compare_view(set, state);
  ASSERT_TRUE(none) << "the run can be compared, though not by this chart";
  ASSERT_FALSE(none->panels[0].figure);
  EXPECT_THAT(none->panels[0].figure.error().text(), HasSubstr("no trial measured latencies"));
  state.choice.factor = "no_such";
  EXPECT_FALSE(compare_view(set, state));
}

TEST_F(RunSetTest, TwoRunsOfTheSameCellsAreComparedAsRuns) {
  ASSERT_TRUE(test::make_synthetic_run(path("other").toStdString(), true));
  const RunSet set = RunSet::open({path("good"), path("other")}, control_);
  const auto view = compare_view(set, {});
  ASSERT_TRUE(view) << view.error().text();
  EXPECT_EQ(view->comparison.tables.front().factor, "run");
  std::vector<std::string> factors;
  for (const RunFactor& factor : view->factors) factors.push_back(factor.name);
  EXPECT_THAT(factors, testing::ElementsAre("run", "path"));
  ASSERT_EQ(view->panels.size(), 1U);
  EXPECT_TRUE(view->panels[0].figure) << view->panels[0].figure.error().text();
}

TEST_F(RunSetTest, ThereIsAPanelForEachLevel) {
  auto store = Store::create(path("panels").toStdString(), test::synthetic_info(true));
  ASSERT_TRUE(store);
  int index = 0;
  for (const char* workload : {"tcp_stream", "udp_stream"})
    for (const char* on : {"vf", "netfront"})
      for (int repetition = 0; repetition < 2; ++repetition) {
        test::SyntheticTrial trial = test::on_path(on, index++, repetition);
        trial.workload = workload;
        ASSERT_TRUE(store->put_trial(test::make_record(trial)));
      }
  const RunSet set = RunSet::open({path("panels")}, control_);
  ViewState state;
  state.setting[kComparePanel] = "workload";
  const auto view = compare_view(set, state);
  ASSERT_TRUE(view);
  ASSERT_EQ(view->panels.size(), 2U);
  EXPECT_EQ(view->panels[0].name, "compare/comparison-bars/workload=tcp_stream");
  EXPECT_EQ(view->panels[1].name, "compare/comparison-bars/workload=udp_stream");
  state.setting[kComparePanel] = "path";
  EXPECT_EQ(compare_view(set, state)->panels.size(), 1U) << "its levels are the colours already";
}

TEST_F(RunSetTest, ARunThatGoesAwayIsToldNotCrashedOn) {
  const RunSet set = RunSet::open({path("good")}, control_);
  std::filesystem::remove_all(path("good").toStdString());
  EXPECT_THAT(findings_text(set, {}, control_).toStdString(), HasSubstr("no such directory"));
  EXPECT_TRUE(RunSet::open(set.directories(), control_).is_empty());
}

}  // namespace
}  // namespace sriov::gui
