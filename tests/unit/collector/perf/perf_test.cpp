// The perf collector: which events it counts where, names that are none, and counting on this kernel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <thread>

#include "collector/perf/perf.h"
#include "collector/perf/perf_list_text.h"
#include "collector/perf/perf_names.h"
#include "core/text.h"
#include "tests/unit/support/fake_perf.h"
#include "tests/unit/support/written_tree.h"

namespace sriov {
namespace {

using test::FakePerf;
using test::WrittenTree;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string kDevices = "/sys/bus/event_source/devices/";
constexpr std::uint64_t kMs = 1'000'000;

using Groups = std::vector<std::vector<std::string>>;

TEST(PerfList, IsNamesAndGroups) {
  EXPECT_EQ(*parse_perf_list("cycles"), (Groups{{"cycles"}}));
  EXPECT_EQ(*parse_perf_list("{cycles, instructions},page-faults"),
            (Groups{{"cycles", "instructions"}, {"page-faults"}}));
  EXPECT_EQ(*parse_perf_list("a/b=1,c=2/,{d/e,f/}"), (Groups{{"a/b=1,c=2/"}, {"d/e,f/"}}));
  EXPECT_EQ(*parse_perf_list("INST_RETIRED:ANY,{a}"), (Groups{{"INST_RETIRED:ANY"}, {"a"}}));
}

TEST(PerfList, RefusesWhatDoesNotMatch) {
  for (const char* text : {"", ",", "a,", "{a", "a}", "{a,{b}}", "a{b}", "{a}b", "{a}{b}", "a/b", "{}", "a,,b"}) {
    const auto groups = parse_perf_list(text);
    ASSERT_FALSE(groups) << text;
    EXPECT_EQ(groups.error().kind, ErrorKind::usage) << text;
  }
}

TEST(PerfNames, OfTheKernel) {
  const auto cycles = find_perf_event(Host{}, "cycles");
  ASSERT_TRUE(cycles);
  EXPECT_EQ(cycles->event.attr.type, static_cast<std::uint32_t>(PERF_TYPE_HARDWARE));
  const auto misses = find_perf_event(Host{}, "dTLB-load-misses");
  EXPECT_EQ(misses->event.attr.type, static_cast<std::uint32_t>(PERF_TYPE_HW_CACHE));
  EXPECT_EQ(misses->event.attr.config, 0x10003U) << "data TLB, read, miss";
  EXPECT_TRUE(find_perf_event(Host{}, "task-clock")->is_time);
}

TEST(PerfNames, OfSysfs) {
  const WrittenTree tree;
  tree.write(kDevices + "power/type", "9\n");
  tree.write(kDevices + "power/cpumask", "0\n");
  tree.write(kDevices + "power/format/event", "config:0-7\n");
  tree.write(kDevices + "power/events/energy-pkg", "event=0x02\n");
  tree.write(kDevices + "power/events/energy-pkg.scale", "2.3283064365386962890625e-10\n");
  tree.write(kDevices + "power/events/energy-pkg.unit", "Joules\n");
  const auto energy = find_perf_event(tree.host(), "power/energy-pkg/");
  ASSERT_TRUE(energy) << energy.error().text();
  EXPECT_EQ(energy->event.attr.type, 9U);
  EXPECT_EQ(energy->event.attr.config, 2U);
  EXPECT_EQ(energy->unit, "Joules");
  EXPECT_THAT(*energy->cpus, ElementsAre(0));
  EXPECT_THAT(find_perf_event(tree.host(), "powr/energy-pkg/").error().text(), HasSubstr("PMUs: power"));
  EXPECT_THAT(find_perf_event(tree.host(), "power/energy-pck/").error().text(),
              HasSubstr("did you mean 'energy-pkg'?"));
  EXPECT_THAT(find_perf_event(tree.host(), "power/event=x/").error().text(), HasSubstr("these are no terms"));
}

TEST(PerfNames, OfLibpfm) {
  const auto faults = find_perf_event(Host{}, "perf::PERF_COUNT_SW_PAGE_FAULTS");
  ASSERT_TRUE(faults) << faults.error().text();
  EXPECT_EQ(faults->event.attr.type, static_cast<std::uint32_t>(PERF_TYPE_SOFTWARE));
  EXPECT_EQ(faults->event.attr.config, static_cast<std::uint64_t>(PERF_COUNT_SW_PAGE_FAULTS));
}

TEST(PerfNames, ThatAreNoneHaveASuggestion) {
  const auto unknown = find_perf_event(Host{}, "page-fault");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::usage);
  EXPECT_THAT(unknown.error().text(), HasSubstr("did you mean 'page-faults'?"));
}

void write_cpus(const WrittenTree& tree, const std::string& online) {
  tree.write("/sys/devices/system/cpu/online", online + "\n");
}

/// "event@cpu" of everything that was opened, by the columns that were made.
std::vector<std::string> columns_after(const WrittenTree& tree, FakePerf& perf, const CollectorOptions& options) {
  Recorder recorder(1);
  const auto collector = make_perf_collector(perf.opener());
  const auto opened = collector->open(tree.host(), options, recorder);
  EXPECT_TRUE(opened) << opened.error().text();
  recorder.begin_row(0);
  recorder.end_row(0);
  std::vector<std::string> out;
  for (const Series& series : recorder.take("", "perf").series)
    out.push_back(std::string(label(series.labels, "event")) + "@" + std::string(label(series.labels, "cpu")));
  return out;
}

TEST(Perf, CountsTheKernelsEventsWhereThereIsNoPmu) {
  const WrittenTree tree;
  write_cpus(tree, "0,2");
  FakePerf perf;
  EXPECT_THAT(columns_after(tree, perf, {}),
              ElementsAre("context-switches@0", "cpu-migrations@0", "page-faults@0", "task-clock@0",
                          "context-switches@2", "cpu-migrations@2", "page-faults@2", "task-clock@2"));
}

TEST(Perf, CountsTheProcessorsEventsWhereThereIsOne) {
  const WrittenTree tree;
  write_cpus(tree, "0");
  tree.write(kDevices + "cpu/type", "4\n");
  FakePerf perf;
  const auto columns = columns_after(tree, perf, {});
  EXPECT_THAT(columns, testing::IsSupersetOf({"cycles@0", "instructions@0", "LLC-load-misses@0", "dTLB-load-misses@0",
                                              "cycles,instructions@0", "context-switches@0"}));
  EXPECT_EQ(perf.opened()[1].group_fd, perf.opened()[0].fd) << "cycles and instructions are one group";
}

TEST(Perf, LeavesOutWhatAProcessorLacksOfTheDefaultSet) {
  const WrittenTree tree;
  write_cpus(tree, "0");
  tree.write(kDevices + "cpu/type", "4\n");
  FakePerf perf;
  perf.refusal = [](const perf_event_attr& attr, pid_t, int) { return attr.type == PERF_TYPE_HW_CACHE ? ENOENT : 0; };
  const auto columns = columns_after(tree, perf, {});
  EXPECT_THAT(columns, Contains("cycles@0"));
  EXPECT_THAT(columns, Not(Contains("dTLB-load-misses@0")));
}

TEST(Perf, WhatIsAskedForByNameMustBeThere) {
  const WrittenTree tree;
  write_cpus(tree, "0-1");
  FakePerf perf;
  perf.refusal = [](const perf_event_attr& attr, pid_t, int) { return attr.type == PERF_TYPE_HARDWARE ? ENOENT : 0; };
  Recorder recorder(1);
  const auto opened = make_perf_collector(perf.opener())->open(tree.host(), {{"events", "cycles"}}, recorder);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().text(), HasSubstr("cycles: it cannot be counted"));
}

TEST(Perf, ACpuThatWentOfflineMeanwhileIsLeftOut) {
  const WrittenTree tree;
  write_cpus(tree, "0-1");
  FakePerf perf;
  perf.refusal = [](const perf_event_attr&, pid_t, int cpu) { return cpu == 1 ? ENODEV : 0; };
  EXPECT_THAT(columns_after(tree, perf, {{"events", "page-faults"}}), ElementsAre("page-faults@0"));
}

TEST(Perf, AUnitIsCountedOnTheCpusItNames) {
  const WrittenTree tree;
  write_cpus(tree, "0-3");
  tree.write(kDevices + "dmar0/type", "33\n");
  tree.write(kDevices + "dmar0/cpumask", "2\n");
  tree.write(kDevices + "dmar0/format/event", "config:0-27\n");
  FakePerf perf;
  EXPECT_THAT(columns_after(tree, perf, {{"events", "dmar0/event=2/"}}),
              ElementsAre("dmar0/event=2/@2", "dmar0/event=2/@2"));
  EXPECT_EQ(perf.opened().at(0).cpu, 2);
}

TEST(Perf, CountsTheThreadsOfATask) {
  const WrittenTree tree;
  tree.write("/proc/4711/task/4711/comm", "server\n");
  tree.write("/proc/4711/task/4712/comm", "worker\n");
  FakePerf perf;
  Recorder recorder(1);
  const auto collector = make_perf_collector(perf.opener());
  ASSERT_TRUE(collector->open(tree.host(), {{"task", "4711"}, {"events", "context-switches"}}, recorder));
  ASSERT_EQ(perf.opened().size(), 2U);
  EXPECT_EQ(perf.opened()[1].pid, 4712);
  EXPECT_EQ(perf.opened()[1].cpu, -1);
  perf.will_read_single(0, kMs, kMs, 3);
  perf.will_read_single(1, kMs, kMs, 8);
  recorder.begin_row(0);
  collector->sample(recorder);
  recorder.end_row(1);
  const SampleBlock block = recorder.take("", "perf");
  EXPECT_EQ(to_string(block.series[1].labels), "event=context-switches,pid=4711,thread=worker,tid=4712");
  EXPECT_EQ(block.columns[1].front(), 8);
}

TEST(Perf, TellsTheShareOfTheTimeInWhichItCounted) {
  const WrittenTree tree;
  write_cpus(tree, "0");
  FakePerf perf;
  Recorder recorder(2);
  const auto collector = make_perf_collector(perf.opener());
  ASSERT_TRUE(collector->open(tree.host(), {{"events", "{cycles,instructions}"}}, recorder));
  perf.will_read_group(0, 4 * kMs, kMs, {100, 50});
  perf.will_read_group(0, 8 * kMs, kMs, {100, 50});
  for (int row = 0; row < 2; ++row) {
    recorder.begin_row(row);
    collector->sample(recorder);
    recorder.end_row(row);
  }
  const SampleBlock block = recorder.take("", "perf");
  ASSERT_EQ(block.series[2].metric, "perf.counted_percent");
  EXPECT_EQ(block.columns[0], (std::vector<std::int64_t>{400, kAbsent})) << "a row without counters is not 0";
  EXPECT_EQ(block.columns[2], (std::vector<std::int64_t>{25, 0}));
}

TEST(Perf, RefusesOptionsThatCannotBe) {
  const WrittenTree tree;
  write_cpus(tree, "0-1");
  const std::vector<std::pair<CollectorOptions, std::string>> cases{
      {{{"cpus", "x"}}, "is no list of CPUs"},
      {{{"cpus", "7"}}, "CPU 7 is not online"},
      {{{"task", "me"}}, "is no task"},
      {{{"task", "-1"}}, "is no task"},
      {{{"task", "4711"}}, "there is no process 4711"},
      {{{"events", "{cycles"}}, "a brace is not closed"},
      {{{"events", "no-such-event"}}, "libpfm4 does not know it"},
  };
  for (const auto& [options, message] : cases) {
    FakePerf perf;
    Recorder recorder(1);
    const auto opened = make_perf_collector(perf.opener())->open(tree.host(), options, recorder);
    ASSERT_FALSE(opened) << message;
    EXPECT_EQ(opened.error().kind, ErrorKind::usage) << message;
    EXPECT_THAT(opened.error().text(), HasSubstr(message));
  }
}

TEST(Perf, DoesNotProbeWhereNothingMayBeCounted) {
  FakePerf perf;
  perf.refusal = [](const perf_event_attr&, pid_t, int) { return EACCES; };
  const auto usable = make_perf_collector(perf.opener())->probe(Host{});
  ASSERT_FALSE(usable);
  EXPECT_EQ(usable.error().kind, ErrorKind::environment);
  EXPECT_FALSE(make_perf_collector(FakePerf().opener())->probe(WrittenTree().host())) << "a captured tree";
}

TEST(Perf, CountsOnThisKernel) {
  const auto collector = CollectorRegistry::instance().make("perf");
  if (const auto usable = collector->probe(Host{}); !usable) GTEST_SKIP() << usable.error().text();
  Recorder recorder(2);
  const auto opened = collector->open(Host{}, {{"task", "agent"}, {"events", "context-switches"}}, recorder);
  ASSERT_TRUE(opened) << opened.error().text();
  // A thread that is made afterwards is counted with the one that made it.
  std::thread([] {
    for (int sleeps = 0; sleeps < 20; ++sleeps) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }).join();
  recorder.begin_row(0);
  collector->sample(recorder);
  recorder.end_row(1);
  const SampleBlock block = recorder.take("", "perf");
  std::int64_t switches = 0;
  for (const auto& column : block.columns) switches += column.front() == kAbsent ? 0 : column.front();
  EXPECT_GE(switches, 20);
}

}  // namespace
}  // namespace sriov
