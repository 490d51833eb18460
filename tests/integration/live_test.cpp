// Samples that can be seen while a trial runs: `run --live`.
#include <csignal>
#include <map>
#include <set>
#include <tuple>

#include "harness.h"
#include "host/clock.h"
#include "host/file.h"
#include "runner/live_samples.h"

namespace sriov::integration {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr std::int64_t kLong = 120'000'000'000;
constexpr std::int64_t kIntervalNs = 50'000'000;

/// Endpoint, collector -> when its rows began.
using Rows = std::map<std::pair<std::string, std::string>, std::vector<std::int64_t>>;

Rows rows_of(const std::vector<SampleBlock>& blocks) {
  Rows rows;
  for (const SampleBlock& block : blocks) {
    auto& begins = rows[{block.endpoint, block.collector}];
    begins.insert(begins.end(), block.begin_ns.begin(), block.begin_ns.end());
  }
  return rows;
}

class LiveTest : public BenchTest {
 protected:
  std::string two_trials() const {
    return experiment(
        "name = 'live'\ntestbed = 'netns'\nrepetitions = 2\nwarmup = '200ms'\nduration = '4s'\ninterval = '50ms'\n"
        "collectors = ['cpu', 'netdev', 'self']\n[factors]\npath = 'veth'\nworkload = 'tcp_rr'\n");
  }
  std::string live() const { return live_directory(result()); }

  /// The samples that can be seen now of the planned trial; empty when none can.
  Rows seen_of(int index) const {
    const auto store = Store::open(live());
    if (!store) return {};
    const auto trials = store->trials();
    if (!trials) return {};
    for (const TrialSummary& trial : *trials) {
      if (trial.record.planned.index != index) continue;
      const auto blocks = store->blocks(trial.id);
      if (blocks) return rows_of(*blocks);
    }
    return {};
  }
  static std::size_t count(const Rows& rows) {
    std::size_t all = 0;
    for (const auto& [key, begins] : rows) all += begins.size();
    return all;
  }
};

TEST_F(LiveTest, SamplesGrowWhileATrialRunsAndTheRecordIsWhole) {
  Child run = start({"run", two_trials(), "-o", result(), "--live"});
  Rows first;
  ASSERT_TRUE(eventually([&] { return count(first = seen_of(0)) > 0; }, 60)) << said();
  ASSERT_TRUE(eventually([&] { return count(seen_of(0)) > count(first); }, 60));
  EXPECT_TRUE(trials().empty()) << "samples came only after the trial";
  for (const char* endpoint : {"guest1", "peer", "host"})
    EXPECT_THAT(first, Contains(testing::Key(testing::Pair(endpoint, "self"))));
  ASSERT_TRUE(eventually([&] { return count(seen_of(1)) > 0; }, 60)) << said();
  const Rows whole_first = seen_of(0);  // Of the one before, all is there.
  const auto code = run.wait(kLong);
  ASSERT_TRUE(code);
  EXPECT_EQ(*code, 0) << said();
  EXPECT_FALSE(exists(live()));

  const auto all = trials();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(rows_of(blocks(all[0].id)), whole_first);
  const auto store = Store::open(result());
  EXPECT_THAT(store->events().value(), Contains(HasSubstr("--live")));
  for (const TrialSummary& trial : all) {
    EXPECT_EQ(trial.record.status, TrialStatus::ok) << trial.record.reason;
    std::set<std::pair<std::string, std::string>> seen;
    for (const SampleBlock& block : blocks(trial.id)) {
      SCOPED_TRACE(block.endpoint + ' ' + block.collector);
      EXPECT_TRUE(seen.emplace(block.endpoint, block.collector).second) << "a second block of it";
      EXPECT_GT(block.rows(), 60U);
      std::int64_t missed = 0;
      for (std::size_t i = 0; i < block.series.size(); ++i)
        if (block.series[i].metric == "self.missed_deadlines") missed = block.columns[i].back();
      for (std::size_t row = 1; row < block.rows(); ++row) EXPECT_LT(block.begin_ns[row - 1], block.begin_ns[row]);
      // Each deadline has its row, but for those that the sampler says it missed; the first and the last row have none.
      if (block.collector != "self") continue;
      const std::int64_t deadlines = block.begin_ns.back() / kIntervalNs - block.begin_ns.front() / kIntervalNs;
      EXPECT_EQ(static_cast<std::int64_t>(block.rows()) - 2 + missed, deadlines) << "rows are missing";
    }
  }
}

TEST_F(LiveTest, AKilledRunIsResumedWithAndWithoutIt) {
  const std::string file = two_trials();
  Child run = start({"run", file, "-o", result(), "--live"});
  ASSERT_TRUE(eventually([&] { return count(seen_of(0)) > 0; }, 60)) << said();
  ASSERT_EQ(kill(run.pid(), SIGKILL), 0);
  ASSERT_TRUE(run.wait(kLong));
  EXPECT_GT(count(seen_of(0)), 0U) << "what was seen last can still be read";
  EXPECT_EQ(bench({"show", result()}).exit_code, 4);

  run = start({"run", file, "-o", result(), "--live", "--resume"});
  ASSERT_TRUE(eventually([&] { return count(seen_of(1)) > 0; }, 60)) << said();
  EXPECT_EQ(trials().size(), 1U);
  ASSERT_EQ(kill(run.pid(), SIGKILL), 0);
  ASSERT_TRUE(run.wait(kLong));
  EXPECT_TRUE(exists(live()));
  const CommandOutput resumed = bench({"run", file, "-o", result(), "--resume"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_FALSE(exists(live()));
  EXPECT_EQ(trials().size(), 2U);
}

TEST_F(LiveTest, AnAgentThatDiesCostsItsTrialOnly) {
  Child run = start({"run", two_trials(), "-o", result(), "--live"});
  ASSERT_TRUE(eventually([&] { return count(seen_of(0)) > 0; }, 60)) << said();
  const auto agents = agents_of(run.pid());
  ASSERT_FALSE(agents.empty());
  ASSERT_EQ(kill(agents.back(), SIGKILL), 0);  // guest1's
  const auto code = run.wait(kLong);
  ASSERT_TRUE(code);
  EXPECT_EQ(*code, 0) << said();
  const auto all = trials();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].record.status, TrialStatus::failed);
  // What had come of it before is kept.
  EXPECT_THAT(rows_of(blocks(all[0].id)), Contains(testing::Key(testing::Pair("guest1", "netdev"))));
  EXPECT_FALSE(exists(live()));
}

TEST_F(LiveTest, WhatCannotBeShownIsToldAndTheRunGoesOn) {
  ASSERT_TRUE(make_directories(result()));
  ASSERT_TRUE(write_file(live(), "in the way"));
  const CommandOutput output =
      bench({"run", two_trials(), "-o", result(), "--live", "--set", "duration=200ms", "--set", "repetitions=1"});
  EXPECT_EQ(output.exit_code, 0) << output.err;
  EXPECT_THAT(output.err, HasSubstr("the run itself goes on"));
  EXPECT_EQ(read_file(live()).value_or(""), "in the way");
  EXPECT_EQ(trials().size(), 1U);
}

}  // namespace
}  // namespace sriov::integration
