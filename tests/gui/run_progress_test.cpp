// A run that is followed, and the command that is started.
#include <QAbstractItemModelTester>

#include <gmock/gmock.h>

#include "gui/models/run_process.h"
#include "gui/models/run_progress.h"

namespace sriov::gui {
namespace {

using testing::ElementsAre;

TrialSummary trial(int index, TrialStatus status) {
  TrialSummary out;
  out.record.planned = {index, 0, {{"path", "vf"}, {"workload", "tcp_rr"}}};
  out.record.status = status;
  out.record.reason = status == TrialStatus::ok ? "" : "no traffic";
  out.record.started_unix_ns = 1'000'000'000'000 + index * 10'000'000'000;
  out.record.end_ns = 2'500'000'000;
  return out;
}

RunProgress progress(int done) {
  RunProgress out;
  out.info.started_unix_ns = 1;
  out.planned = 10;
  for (int i = 0; i < done; ++i) out.trials.push_back(trial(i, i == 1 ? TrialStatus::failed : TrialStatus::ok));
  return out;
}

TEST(RunProgress, TheRestIsForetoldByThePaceSoFar) {
  EXPECT_FALSE(progress(0).remaining_s(1'000'000'000'000));
  EXPECT_EQ(progress(2).valid(), 1);
  EXPECT_DOUBLE_EQ(*progress(2).remaining_s(1'020'000'000'000), 80);
  EXPECT_FALSE(progress(10).remaining_s(1'100'000'000'000));
  RunProgress over = progress(2);
  over.info.finished_unix_ns = 5;
  EXPECT_FALSE(over.remaining_s(1'020'000'000'000));
}

TEST(RunProgress, OfNoRunIsAnError) { EXPECT_FALSE(read_progress("/nonexistent")); }

TEST(ProgressModel, GrowsByTrialsAndBeginsAnewWithAnotherRun) {
  ProgressModel model;
  const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  model.set_progress(progress(1));
  model.set_progress(progress(2));
  ASSERT_EQ(model.rowCount(), 2);
  EXPECT_EQ(model.data(model.index(0, ProgressModel::kLevels)), "path=vf workload=tcp_rr");
  EXPECT_EQ(model.data(model.index(1, ProgressModel::kNumber)), 2);
  EXPECT_EQ(model.data(model.index(1, ProgressModel::kStatus)), "failed: no traffic");
  EXPECT_EQ(model.data(model.index(0, ProgressModel::kDuration)), "2.5 s");
  RunProgress other = progress(1);
  other.info.started_unix_ns = 2;
  model.set_progress(other);
  EXPECT_EQ(model.rowCount(), 1);
}

TEST(RunArguments, AreThoseThatAUserWouldType) {
  EXPECT_THAT(run_arguments({"smoke", "netns", "duration=2s  repetitions=3", "out", false}),
              ElementsAre("run", "smoke", "-o", "out", "-v", "--testbed", "netns", "--set", "duration=2s", "--set",
                          "repetitions=3"));
  EXPECT_THAT(run_arguments({"my file.toml", "", "", "out", true}),
              ElementsAre("run", "my file.toml", "-o", "out", "-v", "--resume"));
  EXPECT_THAT(run_arguments({"smoke", "", "", "out", false, true}),
              ElementsAre("run", "smoke", "-o", "out", "-v", "--live"));
}

}  // namespace
}  // namespace sriov::gui
