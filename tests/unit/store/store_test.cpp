#include "store/store.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/file.h"
#include "store/sqlite.h"
#include "tests/unit/support/same_blocks.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

RunInfo some_run() {
  RunInfo info;
  info.name = "vf-vs-netfront";
  info.description = "Both paths – side by side";
  info.testbed = "lab";
  info.emulated = true;
  info.accelerator = "tcg";
  info.tool_version = "0.1.0";
  info.experiment_toml = "name = \"x\"\n";
  info.planned_trials = 3;
  info.started_unix_ns = 1'700'000'000'000'000'000;
  return info;
}

TrialRecord some_trial(int index) {
  TrialRecord trial;
  trial.planned = {index, 1, {{"path", "vf"}, {"workload", "tcp_rr"}}};
  trial.attempt = 2;
  trial.status = TrialStatus::invalid;
  trial.reason = "guest1 eth1 carried nothing; it's \"odd\"";
  trial.started_unix_ns = 5;
  trial.begin_ns = 6;
  trial.end_ns = 7;
  trial.setup.path = "vf";
  trial.setup.lanes = {{"peer",
                        "guest1",
                        "10.0.0.1",
                        "10.0.0.2",
                        {{"guest1", "eth1", Direction::to_guest, "netdev.rx_bytes", true},
                         {"dom0", "vif1.0", Direction::from_guest, "netdev.rx_bytes", false}}}};
  trial.clocks = {{"guest1", -123, 45, 67}, {"peer", 1, 2, 3}};
  EndpointReport client{"peer", 0, false, {}};
  client.report.window_begin_ns = 100;
  client.report.window_end_ns = 200;
  client.report.measures = {{"bytes_sent", "bytes", 1e9}, {"transactions_per_s", "1/s", 0.1}};
  client.report.latency_ns.emplace();
  client.report.latency_ns->record(1234, 5);
  client.report.latency_ns->record(999'999);
  client.report.note = "1 of 4 streams ended early";
  Histogram second;
  second.record(77);
  client.report.intervals = {{10, 20, true, {{"bytes_sent", "bytes", 5}}, {}},
                             {20, 31, false, {{"bytes_sent", "bytes", -6}}, PackedHistogram(second)}};
  EndpointReport server{"guest1", 0, true, {}};
  trial.reports = {client, server};
  SampleBlock block;
  block.endpoint = "guest1";
  block.collector = "interrupts";
  block.series = {{"interrupts.count", "interrupts", MetricKind::counter, {{"class", "vf-msix"}, {"irq", "24"}}},
                  {"self.lateness", "ns", MetricKind::gauge, {}}};
  block.begin_ns = {1000, 2000, 3000};
  block.end_ns = {1010, 2020, 3030};
  block.columns = {{kAbsent, 4'294'967'290, 4}, {-5, kAbsent, std::numeric_limits<std::int64_t>::max()}};
  trial.blocks = {block, SampleBlock{"peer", "cpu", {}, {}, {}, {}}};
  return trial;
}

void expect_same(const TrialRecord& a, const TrialRecord& b) {
  EXPECT_EQ(a.planned.index, b.planned.index);
  EXPECT_EQ(a.planned.repetition, b.planned.repetition);
  EXPECT_EQ(a.planned.cell, b.planned.cell);
  EXPECT_EQ(a.attempt, b.attempt);
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.reason, b.reason);
  EXPECT_EQ(a.started_unix_ns, b.started_unix_ns);
  EXPECT_EQ(a.begin_ns, b.begin_ns);
  EXPECT_EQ(a.end_ns, b.end_ns);
  EXPECT_EQ(a.setup.path, b.setup.path);
  ASSERT_EQ(a.setup.lanes.size(), b.setup.lanes.size());
  for (std::size_t i = 0; i < a.setup.lanes.size(); ++i) {
    const Lane& x = a.setup.lanes[i];
    const Lane& y = b.setup.lanes[i];
    EXPECT_EQ(x.client_endpoint, y.client_endpoint);
    EXPECT_EQ(x.server_endpoint, y.server_endpoint);
    EXPECT_EQ(x.client_address, y.client_address);
    EXPECT_EQ(x.server_address, y.server_address);
    ASSERT_EQ(x.carriers.size(), y.carriers.size());
    for (std::size_t k = 0; k < x.carriers.size(); ++k) {
      EXPECT_EQ(x.carriers[k].endpoint, y.carriers[k].endpoint);
      EXPECT_EQ(x.carriers[k].device, y.carriers[k].device);
      EXPECT_EQ(x.carriers[k].direction, y.carriers[k].direction);
      EXPECT_EQ(x.carriers[k].metric, y.carriers[k].metric);
      EXPECT_EQ(x.carriers[k].must_carry, y.carriers[k].must_carry);
    }
  }
  ASSERT_EQ(a.clocks.size(), b.clocks.size());
  for (std::size_t i = 0; i < a.clocks.size(); ++i) {
    EXPECT_EQ(a.clocks[i].endpoint, b.clocks[i].endpoint);
    EXPECT_EQ(a.clocks[i].offset_ns, b.clocks[i].offset_ns);
    EXPECT_EQ(a.clocks[i].error_ns, b.clocks[i].error_ns);
    EXPECT_EQ(a.clocks[i].taken_ns, b.clocks[i].taken_ns);
  }
}

void expect_same_reports(const std::vector<EndpointReport>& a, const std::vector<EndpointReport>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].endpoint, b[i].endpoint);
    EXPECT_EQ(a[i].lane, b[i].lane);
    EXPECT_EQ(a[i].is_server, b[i].is_server);
    EXPECT_EQ(a[i].report.window_begin_ns, b[i].report.window_begin_ns);
    EXPECT_EQ(a[i].report.window_end_ns, b[i].report.window_end_ns);
    EXPECT_EQ(a[i].report.note, b[i].report.note);
    ASSERT_EQ(a[i].report.measures.size(), b[i].report.measures.size());
    for (std::size_t k = 0; k < a[i].report.measures.size(); ++k) {
      EXPECT_EQ(a[i].report.measures[k].name, b[i].report.measures[k].name);
      EXPECT_EQ(a[i].report.measures[k].unit, b[i].report.measures[k].unit);
      EXPECT_EQ(a[i].report.measures[k].value, b[i].report.measures[k].value);
    }
    ASSERT_EQ(a[i].report.latency_ns.has_value(), b[i].report.latency_ns.has_value());
    if (a[i].report.latency_ns) {
      EXPECT_EQ(a[i].report.latency_ns->encode(), b[i].report.latency_ns->encode());
    }
  }
}

void expect_same_intervals(const std::vector<std::vector<WorkloadInterval>>& read,
                           const std::vector<EndpointReport>& reports) {
  ASSERT_EQ(read.size(), reports.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    const auto& written = reports[i].report.intervals;
    ASSERT_EQ(read[i].size(), written.size());
    for (std::size_t k = 0; k < written.size(); ++k) {
      EXPECT_EQ(read[i][k].begin_ns, written[k].begin_ns);
      EXPECT_EQ(read[i][k].end_ns, written[k].end_ns);
      EXPECT_EQ(read[i][k].is_warmup, written[k].is_warmup);
      ASSERT_EQ(read[i][k].measures.size(), written[k].measures.size());
      EXPECT_EQ(read[i][k].measure("bytes_sent"), written[k].measure("bytes_sent"));
      EXPECT_EQ(read[i][k].measures[0].unit, "bytes");
      ASSERT_EQ(read[i][k].latency_ns.has_value(), written[k].latency_ns.has_value());
      if (written[k].latency_ns) {
        EXPECT_EQ(read[i][k].latency_ns->words(), written[k].latency_ns->words());
      }
    }
  }
}

class StoreTest : public ::testing::Test {
 protected:
  std::string run() const { return directory_.path() + "/results/first"; }
  test::TemporaryDirectory directory_;
};

TEST_F(StoreTest, KeepsEverythingOfATrial) {
  const TrialRecord written = some_trial(0);
  {
    auto store = Store::create(run(), some_run());
    ASSERT_TRUE(store) << store.error().text();
    ASSERT_TRUE(store->put_trial(written));
  }
  const auto store = Store::open(run());
  ASSERT_TRUE(store) << store.error().text();
  const auto trials = store->trials();
  ASSERT_TRUE(trials) << trials.error().text();
  ASSERT_EQ(trials->size(), 1U);
  expect_same(trials->front().record, written);
  expect_same_reports(trials->front().record.reports, written.reports);
  const auto blocks = store->blocks(trials->front().id);
  ASSERT_TRUE(blocks) << blocks.error().text();
  test::expect_same_blocks(*blocks, written.blocks);
  const auto intervals = store->intervals(trials->front().id);
  ASSERT_TRUE(intervals) << intervals.error().text();
  expect_same_intervals(*intervals, written.reports);
}

TEST_F(StoreTest, KeepsWhatIsKnownOfTheRun) {
  auto store = Store::create(run(), some_run());
  ASSERT_TRUE(store) << store.error().text();
  ASSERT_TRUE(store->put_environment("dom0", "{\"a\":1}"));
  ASSERT_TRUE(store->put_environment("dom0", "{\"a\":2}"));
  ASSERT_TRUE(store->put_event(0, "peer", "collector xen skipped"));
  ASSERT_TRUE(store->set_finished(9));
  const auto reader = Store::open(run());
  const RunInfo info = reader->info().value();
  EXPECT_EQ(info.description, some_run().description);
  EXPECT_EQ(info.accelerator, "tcg");
  EXPECT_TRUE(info.emulated);
  EXPECT_EQ(info.planned_trials, 3);
  EXPECT_EQ(info.finished_unix_ns, 9);
  EXPECT_EQ(reader->environments().value().at("dom0"), "{\"a\":2}");
  EXPECT_THAT(reader->events().value(), ElementsAre("1970-01-01T00:00:00Z peer: collector xen skipped"));
  EXPECT_EQ(read_file(run() + "/experiment.toml").value(), some_run().experiment_toml);
  EXPECT_TRUE(exists(run() + "/logs"));
}

TEST_F(StoreTest, IsReadableWhileItIsWritten) {
  auto writer = Store::create(run(), some_run());
  ASSERT_TRUE(writer->put_trial(some_trial(0)));
  const auto reader = Store::open(run());
  ASSERT_TRUE(reader) << reader.error().text();
  EXPECT_EQ(reader->trials()->size(), 1U);
  ASSERT_TRUE(writer->put_trial(some_trial(1)));
  EXPECT_EQ(reader->trials()->size(), 2U);
}

TEST_F(StoreTest, ATrialThatGrowsIsReadFromWhereTheReaderWas) {
  auto writer = Store::create(run(), some_run(), Durability::kill);
  ASSERT_TRUE(writer);
  auto head = some_trial(0);
  const auto blocks = std::exchange(head.blocks, {});
  ASSERT_GE(blocks.size(), 2U);
  const auto id = writer->put_trial(head);
  ASSERT_TRUE(id);
  const auto reader = Store::open(run());
  std::vector<SampleBlock> seen;
  const auto visit = [&](SampleBlock block) -> Result<void> {
    seen.push_back(std::move(block));
    return {};
  };
  auto last = reader->visit_blocks_after(*id, 0, visit);
  ASSERT_TRUE(last);
  EXPECT_TRUE(seen.empty());
  for (const SampleBlock& block : blocks) {
    ASSERT_TRUE(writer->put_blocks(*id, {block}));
    last = reader->visit_blocks_after(*id, *last, visit);
    ASSERT_TRUE(last);
  }
  test::expect_same_blocks(seen, blocks);
}

TEST_F(StoreTest, TakesAwayTrialsThatAreNotWantedAnyMore) {
  auto store = Store::create(run(), some_run());
  ASSERT_TRUE(store->put_trial(some_trial(0)));
  const auto kept = store->put_trial(some_trial(1));
  ASSERT_TRUE(kept);
  const auto removed = store->remove_trials_before(*kept);
  ASSERT_TRUE(removed) << removed.error().text();
  const auto trials = store->trials();
  ASSERT_TRUE(trials);
  ASSERT_EQ(trials->size(), 1U);
  expect_same(trials->front().record, some_trial(1));
  expect_same_reports(trials->front().record.reports, some_trial(1).reports);
  test::expect_same_blocks(*store->blocks(*kept), some_trial(1).blocks);
  expect_same_intervals(*store->intervals(*kept), some_trial(1).reports);
  // A number is not given again: a reader tells the next trial from those that it knows.
  const auto next = store->put_trial(some_trial(2));
  ASSERT_TRUE(next);
  EXPECT_GT(*next, *kept);
  EXPECT_TRUE(store->damage().empty());
}

TEST_F(StoreTest, CountsTheLastAttempt) {
  auto store = Store::create(run(), some_run());
  auto first = some_trial(0);
  first.attempt = 1;
  first.status = TrialStatus::failed;
  ASSERT_TRUE(store->put_trial(first));
  ASSERT_TRUE(store->put_trial(some_trial(1)));
  ASSERT_TRUE(store->put_trial(some_trial(0)));
  const auto latest = latest_attempts(store->trials().value());
  ASSERT_EQ(latest.size(), 2U);
  EXPECT_EQ(latest[0].record.attempt, 2);
  EXPECT_EQ(store->trials()->size(), 3U);
}

TEST_F(StoreTest, RefusesToOverwriteARun) {
  ASSERT_TRUE(Store::create(run(), some_run()));
  const auto second = Store::create(run(), some_run());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::usage);
  EXPECT_THAT(second.error().text(), HasSubstr("use --resume or another -o"));
}

TEST_F(StoreTest, RefusesASecondWriter) {
  const auto first = Store::create(run(), some_run());
  const auto second = Store::open_for_append(run());
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().text(), HasSubstr("another sriov-bench is writing"));
}

TEST_F(StoreTest, AppendsAfterReopening) {
  ASSERT_TRUE(Store::create(run(), some_run())->put_trial(some_trial(0)));
  ASSERT_TRUE(Store::open_for_append(run())->put_trial(some_trial(1)));
  EXPECT_EQ(Store::open(run())->trials()->size(), 2U);
}

TEST_F(StoreTest, KeepsNothingOfATrialThatCannotBeStored) {
  auto store = Store::create(run(), some_run());
  auto bad = some_trial(0);
  bad.blocks[0].columns[1].pop_back();
  EXPECT_FALSE(store->put_trial(bad));
  EXPECT_TRUE(store->trials()->empty());
  ASSERT_TRUE(store->put_trial(some_trial(0)));
  EXPECT_EQ(store->blocks(store->trials()->front().id)->front().series, some_trial(0).blocks.front().series);
}

TEST_F(StoreTest, FinishedTrialsSurviveKillMinus9) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto store = Store::create(run(), some_run());
    if (!store || !store->put_trial(some_trial(0)) || !store->put_trial(some_trial(1))) ::_exit(1);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  const auto reader = Store::open(run());
  ASSERT_TRUE(reader) << reader.error().text();
  ASSERT_EQ(reader->trials()->size(), 2U);
  test::expect_same_blocks(reader->blocks(reader->trials()->back().id).value(), some_trial(1).blocks);
  EXPECT_TRUE(Store::open_for_append(run())->put_trial(some_trial(2)));
}

TEST_F(StoreTest, SaysSoWhenTheDiskIsFullAndKeepsWhatWasThere) {
  auto store = Store::create(run(), some_run());
  ASSERT_TRUE(store->put_trial(some_trial(0)));
  // A file size limit makes write() fail as a full disk does; SIGXFSZ must not end the process.
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4096 * 16, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  auto big = some_trial(1);
  auto& block = big.blocks.front();
  for (std::int64_t i = 0; i < 50'000; ++i) {
    block.begin_ns.push_back(i * i * i);
    block.end_ns.push_back(i * i * i + 1);
    block.columns[0].push_back(i * i * 7);
    block.columns[1].push_back(-i);
  }
  const auto written = store->put_trial(big);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().text(), HasSubstr("what was committed is safe"));
  EXPECT_EQ(store->trials()->size(), 1U);
  EXPECT_TRUE(store->put_trial(big)) << "usable again once there is space";
  EXPECT_EQ(Store::open(run())->trials()->size(), 2U);
}

TEST_F(StoreTest, SaysWhatIsWrongWithADirectory) {
  EXPECT_THAT(Store::open(run()).error().text(), HasSubstr("no such directory"));
  ASSERT_TRUE(make_directories(run()));
  EXPECT_THAT(Store::open(run()).error().text(), HasSubstr("no run in this directory"));
  ASSERT_TRUE(write_file(run() + "/run.sqlite", "this is no database at all, just text long enough to be looked at"));
  EXPECT_THAT(Store::open(run()).error().text(), HasSubstr("not an SQLite database"));
  EXPECT_EQ(Store::create(run(), some_run()).error().kind, ErrorKind::usage);
}

TEST_F(StoreTest, RefusesForeignAndNewerDatabases) {
  ASSERT_TRUE(make_directories(run()));
  const auto execute = [&](const std::string& sql) {
    const auto database = sqlite::Database::open(run() + "/run.sqlite", sqlite::Access::create);
    ASSERT_TRUE(database && database->execute(sql));
  };
  execute("CREATE TABLE bookmarks (url TEXT)");
  EXPECT_THAT(Store::open(run()).error().text(), HasSubstr("not written by sriov-bench"));
  execute("DROP TABLE bookmarks");
  EXPECT_THAT(Store::open(run()).error().text(), HasSubstr("cut off"));
  ASSERT_TRUE(Store::create(run(), some_run())) << "an empty file holds no run";
  execute("PRAGMA user_version = 99");
  EXPECT_THAT(Store::open(run()).error().text(), HasSubstr("newer sriov-bench (schema 99"));
  EXPECT_FALSE(Store::open_for_append(run()));
}

TEST_F(StoreTest, DamageIsToldAndNoCrash) {
  ASSERT_TRUE(Store::create(run(), some_run())->put_trial(some_trial(0)));
  const std::string file = run() + "/run.sqlite";
  const std::string whole = read_file(file).value();
  std::size_t errors = 0;
  for (std::size_t page = 0; page * 4096 < whole.size(); ++page) {
    std::string bytes = whole;
    for (std::size_t i = page == 0 ? 100 : 0; i < 4096; ++i) bytes[page * 4096 + i] = static_cast<char>(i * 31 + page);
    ASSERT_TRUE(write_file(file, bytes));
    const auto store = Store::open(run());
    const auto trials = store ? store->trials() : Result<std::vector<TrialSummary>>(tl::unexpect, store.error());
    const auto blocks = store ? store->blocks(1) : Result<std::vector<SampleBlock>>(tl::unexpect, store.error());
    if (!trials || !blocks || !store->damage().empty()) ++errors;
    if (!trials) {
      EXPECT_THAT(trials.error().text(), HasSubstr("run.sqlite"));
    }
  }
  EXPECT_GT(errors, 5U);
  ASSERT_TRUE(write_file(file, whole.substr(0, whole.size() / 2)));
  const auto half = Store::open(run());
  EXPECT_TRUE(!half || !half->trials() || !half->blocks(1) || !half->damage().empty());
}

TEST_F(StoreTest, ReadsAndContinuesRunsFromBeforeThereWereIntervals) {
  TrialRecord old = some_trial(0);
  for (EndpointReport& report : old.reports) report.report.intervals.clear();
  ASSERT_TRUE(Store::create(run(), some_run())->put_trial(old));
  {
    const auto database = sqlite::Database::open(run() + "/run.sqlite", sqlite::Access::write);
    ASSERT_TRUE(database->execute("DROP TABLE interval"));
  }
  {
    const auto store = Store::open(run());
    ASSERT_TRUE(store) << store.error().text();
    EXPECT_EQ(store->trials()->size(), 1U);
    expect_same_intervals(store->intervals(1).value(), old.reports);
  }
  auto store = Store::open_for_append(run());
  ASSERT_TRUE(store) << store.error().text();
  const TrialRecord later = some_trial(1);
  ASSERT_TRUE(store->put_trial(later));
  expect_same_intervals(store->intervals(2).value(), later.reports);
}

TEST_F(StoreTest, DamagedIntervalsAreLeftOutAndTold) {
  ASSERT_TRUE(Store::create(run(), some_run())->put_trial(some_trial(0)));
  for (const char* change : {"counts = 'nonsense'", "counts = '{\"bytes_sent\":\"x\"}'", "latency = x'00'"}) {
    {
      const auto database = sqlite::Database::open(run() + "/run.sqlite", sqlite::Access::write);
      ASSERT_TRUE(database->execute(std::string("UPDATE interval SET ") + change));
    }
    const auto store = Store::open(run());
    EXPECT_TRUE(store->intervals(1)->front().empty());
    ASSERT_FALSE(store->damage().empty());
    EXPECT_THAT(store->damage().front(), HasSubstr("trial 0, intervals of a report: the database is damaged"));
    {
      const auto database = sqlite::Database::open(run() + "/run.sqlite", sqlite::Access::write);
      ASSERT_TRUE(database->execute("UPDATE interval SET counts = '{}'"));
    }
  }
}

TEST_F(StoreTest, DamageThatStillDecodesIsToldByTheChecksum) {
  ASSERT_TRUE(Store::create(run(), some_run())->put_trial(some_trial(0)));
  const std::size_t whole = some_trial(0).blocks.size();
  EXPECT_EQ(Store::open(run())->blocks(1)->size(), whole);
  for (const char* change : {"UPDATE block_column SET samples = x'020406' WHERE position = 0",
                             "UPDATE block SET endpoint = 'guest2' WHERE id = 1"}) {
    const test::TemporaryDirectory copy;
    std::filesystem::copy(run(), copy.path() + "/run", std::filesystem::copy_options::recursive);
    {
      const auto database = sqlite::Database::open(copy.path() + "/run/run.sqlite", sqlite::Access::write);
      ASSERT_TRUE(database->execute(change));
    }
    const auto store = Store::open(copy.path() + "/run");
    EXPECT_EQ(store->blocks(1)->size(), whole - 1) << change;
    EXPECT_THAT(store->damage(), ElementsAre(HasSubstr("it is not what was written (checksum)")));
  }
  {
    const auto database = sqlite::Database::open(run() + "/run.sqlite", sqlite::Access::write);
    ASSERT_TRUE(database->execute("DROP TABLE block_checksum"));
  }
  EXPECT_EQ(Store::open(run())->blocks(1)->size(), whole) << "a run of an older build";
}

TEST_F(StoreTest, DamagedSamplesAreLeftOutAndTold) {
  ASSERT_TRUE(Store::create(run(), some_run())->put_trial(some_trial(0)));
  {
    const auto database = sqlite::Database::open(run() + "/run.sqlite", sqlite::Access::write);
    ASSERT_TRUE(database->execute("UPDATE block_column SET samples = x'00' WHERE position = 1"));
  }
  const auto store = Store::open(run());
  ASSERT_TRUE(store->trials());
  const std::size_t whole = some_trial(0).blocks.size();
  ASSERT_TRUE(store->blocks(1));
  EXPECT_EQ(store->blocks(1)->size(), whole - 1);
  EXPECT_THAT(store->damage(), ElementsAre(HasSubstr("1 samples where 3 were written")));
}

}  // namespace
}  // namespace sriov
