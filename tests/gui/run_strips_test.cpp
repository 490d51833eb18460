// Strips of a run as its trials run, from its directory.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "core/time.h"
#include "gui/models/run_strips.h"
#include "gui/models/strip_curves.h"
#include "host/file.h"
#include "runner/live_samples.h"
#include "tests/unit/support/synthetic_run.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov::gui {
namespace {

constexpr std::int64_t kApart = 10 * kNsPerSecond;  ///< From one trial's begin to the next one's.

class RunStripsTest : public testing::Test {
 protected:
  [[nodiscard]] std::string run() const { return directory_.path() + "/run"; }
  void SetUp() override { ASSERT_TRUE(make_directories(run())); }

  /// Synthetic trials follow each other on every clock.
  static TrialRecord trial(int index) {
    TrialRecord record = sriov::test::make_record(sriov::test::on_path("vf", index, 0));
    const std::int64_t later = index * kApart;
    record.begin_ns += later;
    record.reports.clear();
    for (SampleBlock& block : record.blocks)
      for (auto* times : {&block.begin_ns, &block.end_ns})
        for (std::int64_t& time : *times) time += later;
    return record;
  }
  /// One row of every block.
  static std::vector<SampleBlock> row(const TrialRecord& record, std::size_t at) {
    std::vector<SampleBlock> out = record.blocks;
    for (SampleBlock& block : out) {
      block.begin_ns = {block.begin_ns[at]};
      block.end_ns = {block.end_ns[at]};
      for (auto& column : block.columns) column = {column[at]};
    }
    return out;
  }
  static std::optional<Strip> interrupts(const std::vector<Strip>& strips) {
    for (const Strip& strip : strips)
      if (strip.kind == "interrupts-by-class" && strip.endpoint == "guest1") return strip;
    return std::nullopt;
  }
  sriov::test::TemporaryDirectory directory_;
};

RunStripsPart read(RunStrips& strips) {
  auto part = strips.read();
  EXPECT_TRUE(part) << part.error().text();
  return part ? std::move(*part) : RunStripsPart{};
}

TEST_F(RunStripsTest, ARunThatShowsNothingIsNoError) {
  RunStrips strips(run());
  const RunStripsPart part = read(strips);
  EXPECT_FALSE(part.is_there);
  EXPECT_TRUE(part.strips.empty());
}

TEST_F(RunStripsTest, EveryLookBringsWhatIsNewWithAGapBetweenTrials) {
  std::optional<LiveSamples> live;
  live.emplace(run(), sriov::test::synthetic_info(true), [](const std::string& text) { ADD_FAILURE() << text; });
  RunStrips strips(run());
  EXPECT_TRUE(read(strips).is_there);
  std::vector<StripCurves> all;
  for (int index = 0; index < 2; ++index) {
    const TrialRecord record = trial(index);
    live->begin(record);
    for (std::size_t at = 0; at < 5; ++at) {
      live->add(row(record, at));
      const RunStripsPart part = read(strips);
      EXPECT_TRUE(part.is_emulated);
      EXPECT_FALSE(part.was_cut_off);
      ASSERT_EQ(part.begun.size(), at == 0 ? 1U : 0U);
      if (at == 0) {
        EXPECT_EQ(part.begun[0].number, index + 1);
        EXPECT_EQ(part.begun[0].levels, "path=vf workload=tcp_stream");
        EXPECT_EQ(part.begun[0].values, "vf tcp_stream");
        EXPECT_EQ(part.begun[0].begin_ns, record.begin_ns);
      }
      append_strips(all, part.strips, 0);
    }
    EXPECT_TRUE(read(strips).strips.empty()) << "the same rows came again";
  }
  const auto found = std::ranges::find_if(
      all, [](const StripCurves& one) { return one.kind() == "interrupts-by-class" && one.endpoint() == "guest1"; });
  ASSERT_NE(found, all.end());
  // Four steps a trial, and between them the instant at which the second began: on the controller's clock.
  ASSERT_EQ(found->instants_ns().size(), 9U);
  EXPECT_EQ(found->instants_ns()[0], trial(0).begin_ns + kNsPerSecond / 2);
  EXPECT_EQ(found->instants_ns()[4], trial(1).begin_ns);
  EXPECT_TRUE(std::isnan(found->curve(0).at(4)));
  EXPECT_FLOAT_EQ(static_cast<float>(found->curve(0).at(5)), static_cast<float>(found->curve(0).at(3)));
}

TEST_F(RunStripsTest, TheLastRowsAreReadWhenTheyHaveBeenTakenAway) {
  std::optional<LiveSamples> live;
  live.emplace(run(), sriov::test::synthetic_info(false), [](const std::string& text) { ADD_FAILURE() << text; });
  const TrialRecord record = trial(0);
  live->begin(record);
  live->add(row(record, 0));
  live->add(row(record, 1));
  RunStrips strips(run());
  ASSERT_TRUE(interrupts(read(strips).strips));
  live->add(row(record, 2));
  live.reset();
  RunStripsPart part = read(strips);
  EXPECT_FALSE(part.is_there);
  const auto last = interrupts(part.strips);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->instants_ns.size(), 1U);
  EXPECT_TRUE(read(strips).strips.empty());
  // Resumed: another store in the same place, whose trials are numbered anew.
  live.emplace(run(), sriov::test::synthetic_info(false), [](const std::string& text) { ADD_FAILURE() << text; });
  live->begin(trial(1));
  live->add(trial(1).blocks);
  part = read(strips);
  ASSERT_EQ(part.begun.size(), 1U);
  EXPECT_EQ(part.begun[0].number, 2);
  EXPECT_TRUE(interrupts(part.strips));
}

TEST_F(RunStripsTest, WhatAKilledRunLeftIsShownAsCutOff) {
  auto store = Store::create(live_directory(run()), sriov::test::synthetic_info(false), Durability::kill);
  ASSERT_TRUE(store);
  ASSERT_TRUE(store->put_trial(trial(0)));
  { const Store ends = std::move(*store); }
  RunStrips strips(run());
  const RunStripsPart part = read(strips);
  EXPECT_TRUE(part.was_cut_off);
  EXPECT_TRUE(interrupts(part.strips));
}

TEST_F(RunStripsTest, NonsenseIsAnError) {
  ASSERT_TRUE(make_directories(live_directory(run())));
  ASSERT_TRUE(write_file(live_directory(run()) + "/run.sqlite", "this is no database at all, not even a small one"));
  RunStrips strips(run());
  EXPECT_FALSE(strips.read());
}

}  // namespace
}  // namespace sriov::gui
