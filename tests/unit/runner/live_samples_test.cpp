// Samples of the trial under way: what a reader finds, and what is left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/file.h"
#include "runner/live_samples.h"
#include "tests/unit/support/synthetic_run.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LiveSamplesTest : public testing::Test {
 protected:
  [[nodiscard]] std::string run() const { return directory_.path() + "/run"; }
  void SetUp() override { ASSERT_TRUE(make_directories(run())); }
  [[nodiscard]] auto teller() {
    return [this](const std::string& text) { told_.push_back(text); };
  }
  static TrialRecord trial(int index) {
    TrialRecord record = test::make_record(test::on_path("vf", index, 0));
    record.reports.clear();
    return record;
  }
  [[nodiscard]] std::vector<int> indices() const {
    std::vector<int> out;
    const auto store = Store::open(live_directory(run()));
    if (!store) return out;
    const auto trials = store->trials();
    if (!trials) return out;
    for (const TrialSummary& trial : *trials) out.push_back(trial.record.planned.index);
    return out;
  }

  test::TemporaryDirectory directory_;
  std::vector<std::string> told_;
};

TEST_F(LiveSamplesTest, TheTrialUnderWayAndTheOneBeforeItCanBeRead) {
  {
    LiveSamples live(run(), test::synthetic_info(true), teller());
    live.add(trial(0).blocks);  // Of no trial.
    EXPECT_THAT(indices(), IsEmpty());
    for (int i = 0; i < 4; ++i) {
      live.begin(trial(i));
      live.add(trial(i).blocks);
      live.add({});
    }
    EXPECT_THAT(indices(), ElementsAre(2, 3));
    const auto store = Store::open(live_directory(run()));
    ASSERT_TRUE(store);
    const auto trials = store->trials();
    const TrialSummary& last = trials->back();
    EXPECT_EQ(last.record.status, TrialStatus::failed) << "nobody may count it";
    EXPECT_EQ(last.record.planned.cell, trial(3).planned.cell);
    EXPECT_EQ(last.record.clocks.size(), trial(3).clocks.size());
    EXPECT_EQ(store->blocks(last.id)->size(), trial(3).blocks.size());
    EXPECT_TRUE(store->info()->emulated);
  }
  EXPECT_FALSE(exists(live_directory(run())));
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(LiveSamplesTest, WhatAKilledRunLeftMakesWayAndForeignFilesStay) {
  ASSERT_TRUE(make_directories(live_directory(run()) + "/logs"));
  ASSERT_TRUE(write_file(live_directory(run()) + "/run.sqlite", "cut off"));
  ASSERT_TRUE(write_file(live_directory(run()) + "/run.sqlite-wal", "cut off"));
  ASSERT_TRUE(write_file(live_directory(run()) + "/mine.txt", "mine"));
  {
    LiveSamples live(run(), test::synthetic_info(false), teller());
    live.begin(trial(0));
    EXPECT_THAT(indices(), ElementsAre(0));
  }
  EXPECT_THAT(told_, IsEmpty());
  EXPECT_THAT(list_directory(live_directory(run())), ElementsAre("mine.txt"));
}

TEST_F(LiveSamplesTest, WhatCannotBeWrittenIsToldOnce) {
  ASSERT_TRUE(write_file(live_directory(run()), "a file where the folder would be"));
  LiveSamples live(run(), test::synthetic_info(false), teller());
  live.begin(trial(0));
  live.add(trial(0).blocks);
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_THAT(told_[0], HasSubstr("the run itself goes on"));
}

TEST_F(LiveSamplesTest, SamplesThatAreRefusedEndTheWritingOnly) {
  LiveSamples live(run(), test::synthetic_info(false), teller());
  live.begin(trial(0));
  auto bad = trial(0).blocks;
  bad[0].columns[0].pop_back();
  live.add(bad);
  live.add(trial(0).blocks);
  live.begin(trial(1));
  EXPECT_EQ(told_.size(), 1U);
  EXPECT_FALSE(exists(live_directory(run()))) << "it may be the disk that is full";
}

}  // namespace
}  // namespace sriov
