// The engine of `record`: on a captured tree and on a real agent of this machine.
#include "runner/record.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzers/comparison/comparison.h"
#include "analyzers/recording/recording_summary.h"
#include "core/text.h"
#include "host/clock.h"
#include "host/file.h"
#include "report/csv/export_csv.h"
#include "report/json/recording_json.h"
#include "report/text/render_run.h"
#include "store/store.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr std::int64_t kMs = 1'000'000;

class RecordTest : public testing::Test {
 protected:
  [[nodiscard]] RecordRequest request() {
    RecordRequest out;
    out.collectors = {"interrupts", "cpu"};
    out.interval_ns = 2 * kMs;
    out.duration_ns = 40 * kMs;
    out.directory = directory_.path() + "/recording";
    out.on_event = [this](const std::string& text) { said_.push_back(text); };
    return out;
  }
  [[nodiscard]] RecordRequest of_tree() {
    RecordRequest out = request();
    out.root = SRIOV_FIXTURES "/trees/dom0";
    return out;
  }
  [[nodiscard]] RecordRequest of_agent() {
    RecordRequest out = request();
    out.endpoints = {{"here", {"exec:agent", {SRIOV_AGENT, "--stdio"}}}};
    return out;
  }
  [[nodiscard]] Store stored() const { return Store::open(directory_.path() + "/recording").value(); }
  [[nodiscard]] std::vector<SampleBlock> blocks_of(const std::string& collector) const {
    std::vector<SampleBlock> out;
    const Store store = stored();
    std::vector<SampleBlock> all = store.blocks(store.trials()->front().id).value();
    for (SampleBlock& block : all)
      if (block.collector == collector) out.push_back(std::move(block));
    return out;
  }

  test::TemporaryDirectory directory_;
  std::vector<std::string> said_;
};

TEST_F(RecordTest, ACapturedTreeIsAFinishedTrial) {
  const auto outcome = record(of_tree());
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_EQ(outcome->incomplete_because, "");
  EXPECT_FALSE(outcome->command_exit_code);
  const Store store = stored();
  const auto trials = store.trials().value();
  ASSERT_EQ(trials.size(), 1U);
  EXPECT_EQ(trials[0].record.status, TrialStatus::ok);
  EXPECT_GE(trials[0].record.end_ns - trials[0].record.begin_ns, 40 * kMs);
  EXPECT_TRUE(store.info()->is_recording());
  EXPECT_GT(store.info()->finished_unix_ns, 0);
  EXPECT_EQ(store.environments()->count("local"), 1U);
  ASSERT_EQ(blocks_of("interrupts").size(), 1U);
  EXPECT_GE(blocks_of("interrupts")[0].rows(), 3U);
  EXPECT_EQ(blocks_of("self").size(), 1U) << "how the sampling went is always kept";
}

TEST_F(RecordTest, OptionsReachTheirCollector) {
  RecordRequest some = of_tree();
  ASSERT_TRUE(add_collector_option(some.collector_options, "interrupts.irqs=netback"));
  ASSERT_TRUE(record(some));
  const auto blocks = blocks_of("interrupts");
  ASSERT_EQ(blocks.size(), 1U);
  ASSERT_FALSE(blocks[0].series.empty());
  for (const Series& series : blocks[0].series) EXPECT_EQ(label(series.labels, "class"), "netback");
}

TEST_F(RecordTest, OptionsThatWouldDoNothingAreRefused) {
  RecordRequest wrong = of_tree();
  EXPECT_FALSE(add_collector_option(wrong.collector_options, "irqs=vf"));
  ASSERT_TRUE(add_collector_option(wrong.collector_options, "interrupts.irq=vf"));
  EXPECT_THAT(record(wrong).error().text(), HasSubstr("did you mean 'irqs'"));
  wrong.collector_options = {{"ethtool", {{"devices", "eth0"}}}};
  EXPECT_THAT(record(wrong).error().text(), HasSubstr("not sampled"));
}

TEST_F(RecordTest, AnEmulatedMachineIsLabelled) {
  ASSERT_TRUE(record(of_tree())) << "its processor is QEMU's";
  const Store store = stored();
  EXPECT_TRUE(store.info()->emulated);
  EXPECT_THAT(render_run(store, {})->text, HasSubstr("EMULATED"));
  const auto summary = summarize_recording(store, store.trials()->front().id);
  EXPECT_THAT(recording_json(*summary), HasSubstr("\"emulated\": true"));
}

TEST_F(RecordTest, MovesSamplesToDiskInSeveralBlocksWithoutLosingARow) {
  RecordRequest often = of_agent();
  often.take_every_ns = 15 * kMs;
  often.duration_ns = 120 * kMs;
  const auto outcome = record(often);
  ASSERT_TRUE(outcome) << outcome.error().text();
  const auto blocks = blocks_of("self");
  ASSERT_GE(blocks.size(), 3U);
  std::vector<std::int64_t> begins;
  std::int64_t missed = 0;
  for (const SampleBlock& block : blocks) {
    EXPECT_EQ(block.series, blocks[0].series);
    begins.insert(begins.end(), block.begin_ns.begin(), block.begin_ns.end());
    for (std::size_t i = 0; i < block.series.size(); ++i)
      if (block.series[i].metric == "self.missed_deadlines") missed = block.columns[i].back();
  }
  EXPECT_TRUE(std::is_sorted(begins.begin(), begins.end()));
  // Every deadline between the first row and the last (which have none) is a row or was counted as missed.
  const std::int64_t deadlines = begins.back() / often.interval_ns - blocks.front().end_ns.front() / often.interval_ns;
  EXPECT_NEAR(static_cast<double>(static_cast<std::int64_t>(begins.size()) - 2 + missed),
              static_cast<double>(deadlines), 1);
}

TEST_F(RecordTest, SummaryCrossesTheBordersOfBlocks) {
  RecordRequest often = of_agent();
  often.collectors = {"cpu"};
  often.take_every_ns = 30 * kMs;
  often.duration_ns = 400 * kMs;
  ASSERT_TRUE(record(often));
  const Store store = stored();
  const RenderedRun shown = render_run(store, {}).value();
  EXPECT_TRUE(shown.has_valid_trial);
  EXPECT_THAT(shown.text, HasSubstr("cpu.time"));
  EXPECT_THAT(shown.text, HasSubstr("mode="));
  EXPECT_THAT(shown.text, Not(HasSubstr("--resume")));
  for (const auto exporter : {export_samples_csv, export_summary_csv}) {
    std::string csv;
    ASSERT_TRUE(exporter(store, [&](std::string_view bytes) -> Result<void> {
      csv.append(bytes);
      return {};
    }));
    EXPECT_THAT(csv, HasSubstr("cpu.time"));
  }
  EXPECT_EQ(compare(store).error().kind, ErrorKind::not_enough_data);
}

TEST_F(RecordTest, RecordsAsLongAsTheCommandRunsAndTellsItsExitCode) {
  RecordRequest beside = of_tree();
  beside.duration_ns = 0;
  beside.command = {"/bin/sh", "-c", "sleep 0.1; exit 7"};
  const auto outcome = record(beside);
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_EQ(outcome->command_exit_code, 7);
  EXPECT_FALSE(outcome->command_was_stopped);
  EXPECT_THAT(said_, Contains("the command ended with exit code 7"));
  EXPECT_EQ(stored().trials()->front().record.status, TrialStatus::ok);
}

TEST_F(RecordTest, TheDurationEndsACommandThatStillRuns) {
  RecordRequest beside = of_tree();
  beside.command = {"sleep", "1000"};
  const auto outcome = record(beside);
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_TRUE(outcome->command_was_stopped);
  EXPECT_EQ(outcome->command_exit_code, 128 + SIGTERM);
}

TEST_F(RecordTest, BeingStoppedIsAGoodEnd) {
  RecordRequest endless = of_tree();
  endless.duration_ns = 0;
  const std::int64_t enough_ns = monotonic_ns() + 50 * kMs;
  endless.should_stop = [enough_ns] { return monotonic_ns() > enough_ns; };
  const auto outcome = record(endless);
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_EQ(stored().trials()->front().record.status, TrialStatus::ok);
}

TEST_F(RecordTest, ALostEndpointIsToldAndTheOthersGoOn) {
  RecordRequest both = of_agent();
  both.endpoints.push_back({"short-lived", {"exec:agent", {"timeout", "-s", "KILL", "1", SRIOV_AGENT, "--stdio"}}});
  both.take_every_ns = 100 * kMs;
  both.duration_ns = 2'000 * kMs;
  both.interval_ns = 20 * kMs;
  const auto outcome = record(both);
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_THAT(outcome->incomplete_because, HasSubstr("short-lived"));
  EXPECT_EQ(stored().trials()->front().record.status, TrialStatus::failed);
  std::map<std::string, std::size_t> rows;
  for (const SampleBlock& block : blocks_of("cpu")) rows[block.endpoint] += block.rows();
  EXPECT_GT(rows["short-lived"], 5U) << "what it had handed out is kept";
  EXPECT_GT(rows["here"], rows["short-lived"]);
}

TEST_F(RecordTest, ACollectorThatStopsMeanwhileIsTold) {
  const std::string stat = directory_.path() + "/tree/proc/stat";
  ASSERT_TRUE(make_directories(directory_.path() + "/tree/proc"));
  ASSERT_TRUE(write_file(stat, "cpu  1 2 3 4 5 6 7 0 0 0\ncpu0 1 2 3 4 5 6 7 0 0 0\n"));
  RecordRequest of_made_tree = request();
  of_made_tree.root = directory_.path() + "/tree";
  of_made_tree.collectors = {"cpu"};
  of_made_tree.duration_ns = 0;
  of_made_tree.command = {"sh", "-c", "sleep 0.1; : > " + stat + "; sleep 0.4"};
  const auto outcome = record(of_made_tree);
  ASSERT_TRUE(outcome) << outcome.error().text();
  ASSERT_EQ(outcome->complaints.size(), 1U);
  EXPECT_EQ(outcome->complaints[0], "local: collector cpu: it gives no values any more");
  EXPECT_EQ(outcome->incomplete_because, "") << "what was sampled is good";
  const Store store = stored();
  EXPECT_THAT(store.events().value(), Contains(HasSubstr(outcome->complaints[0])));
  EXPECT_THAT(render_run(store, TextStyle{})->text, HasSubstr(outcome->complaints[0]));
}

TEST_F(RecordTest, CollectorsThatDoNotWorkAreNamedAndNoneIsAnError) {
  RecordRequest some = of_tree();
  some.collectors = {"netdev", "cpu"};
  ASSERT_TRUE(record(some));
  EXPECT_THAT(said_, Contains(HasSubstr("local: collector netdev skipped: ")));
  EXPECT_THAT(stored().events().value(), Contains(HasSubstr("collector netdev skipped")));

  RecordRequest none = of_tree();
  none.directory += "-none";
  none.collectors = {"netdev"};
  const auto refused = record(none);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::environment);
  EXPECT_FALSE(exists(none.directory));
}

TEST_F(RecordTest, WrongWordsAreUsageErrorsAndLeaveNothingBehind) {
  const auto expect_usage = [](const RecordRequest& wrong, const std::string& says) {
    const auto refused = record(wrong);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::usage);
    EXPECT_THAT(refused.error().text(), HasSubstr(says));
    EXPECT_FALSE(exists(wrong.directory));
  };
  RecordRequest wrong = of_tree();
  wrong.collectors = {"interupts"};
  expect_usage(wrong, "did you mean 'interrupts'");
  wrong = of_tree();
  wrong.root = directory_.path();
  expect_usage(wrong, "neither a proc nor a sys");
  wrong = of_agent();
  wrong.endpoints.push_back(wrong.endpoints.front());
  expect_usage(wrong, "two endpoints are called 'here'");
  wrong = of_tree();
  wrong.collectors = {"iotlb"};
  wrong.collector_options["iotlb"]["backend"] = "foo";
  expect_usage(wrong, "collector iotlb, option backend");
  wrong = of_tree();
  wrong.interval_ns = 1;
  expect_usage(wrong, "1 ms is the shortest");
  wrong = of_tree();
  wrong.command = {"no-such-program-anywhere"};
  const auto refused = record(wrong);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::environment);
  EXPECT_FALSE(exists(wrong.directory));
}

TEST_F(RecordTest, ARecordingIsNotOverwritten) {
  ASSERT_TRUE(record(of_tree()));
  const auto again = record(of_tree());
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().text(), HasSubstr("holds a run already"));
}

TEST(RecordEndpoints, AreNamedByTheUserOrByTheirTarget) {
  EXPECT_EQ(parse_record_endpoint("exec:/bin/agent --stdio")->name, "exec");
  EXPECT_EQ(parse_record_endpoint("guest=exec:/bin/agent a=b")->name, "guest");
  EXPECT_EQ(parse_record_endpoint("guest=exec:/bin/agent a=b")->target.text, "exec:/bin/agent a=b");
  EXPECT_EQ(parse_record_endpoint("exec:env A=b agent")->name, "exec");
  EXPECT_EQ(parse_record_endpoint("ssh:root@dom0:22#/opt/agent")->name, "dom0");
  EXPECT_EQ(parse_record_endpoint("ssh:dom0")->name, "dom0");
  EXPECT_EQ(parse_record_endpoint("shh:dom0").error().kind, ErrorKind::usage);
  EXPECT_EQ(parse_record_endpoint("=exec:agent").error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace sriov
