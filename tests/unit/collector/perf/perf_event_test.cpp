// Groups of counters: what the kernel is asked for, what its readings come to, what its refusals mean.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cerrno>
#include <thread>

#include "collector/perf/perf_event.h"
#include "tests/unit/support/fake_perf.h"
#include "tests/unit/support/written_tree.h"

namespace sriov {
namespace {

using test::FakePerf;
using test::WrittenTree;
using testing::ElementsAre;
using testing::HasSubstr;
using enum PerfGroup::Outcome;

constexpr std::uint64_t kMs = 1'000'000;
constexpr PerfTarget kCpu3{-1, 3, false};

PerfEvent hardware(const std::string& name, std::uint64_t config) {
  PerfEvent event;
  event.name = name;
  event.attr.type = 33;
  event.attr.config = config;
  return event;
}

std::vector<PerfEvent> pair() { return {hardware("lookup", 1), hardware("hit", 2)}; }

TEST(PerfGroup, AsksForAGroupWithItsTimes) {
  FakePerf perf;
  ASSERT_TRUE(PerfGroup::open(pair(), kCpu3, Host{}, perf.opener()));
  ASSERT_EQ(perf.opened().size(), 2U);
  const auto& leader = perf.opened()[0];
  EXPECT_EQ(leader.attr.config, 1U);
  EXPECT_EQ(leader.attr.size, sizeof(perf_event_attr));
  EXPECT_EQ(leader.attr.read_format, static_cast<std::uint64_t>(PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED |
                                                                PERF_FORMAT_TOTAL_TIME_RUNNING));
  EXPECT_EQ(leader.pid, -1);
  EXPECT_EQ(leader.cpu, 3);
  EXPECT_EQ(leader.group_fd, -1);
  EXPECT_EQ(perf.opened()[1].group_fd, leader.fd);
}

TEST(PerfGroup, CountsAsTheyAreWhenNothingIsShared) {
  FakePerf perf;
  auto group = PerfGroup::open(pair(), kCpu3, Host{}, perf.opener());
  ASSERT_TRUE(group);
  perf.will_read_group(0, 10 * kMs, 10 * kMs, {1000, 900});
  EXPECT_EQ(group->read(), counted);
  EXPECT_THAT(group->values(), ElementsAre(1000, 900));
  EXPECT_EQ(group->counted_percent(), 100);
}

TEST(PerfGroup, ScalesEachIntervalSoThatCountsNeverFall) {
  FakePerf perf;
  auto group = PerfGroup::open(pair(), kCpu3, Host{}, perf.opener());
  ASSERT_TRUE(group);
  perf.will_read_group(0, 10 * kMs, 5 * kMs, {1000, 900});
  EXPECT_EQ(group->read(), counted);
  EXPECT_THAT(group->values(), ElementsAre(2000, 1800));
  EXPECT_EQ(group->counted_percent(), 50);
  perf.will_read_group(0, 20 * kMs, 15 * kMs, {1010, 900});
  EXPECT_EQ(group->read(), counted);
  EXPECT_THAT(group->values(), ElementsAre(2010, 1800)) << "1010 * 20 / 15 would be less than before";
  EXPECT_EQ(group->counted_percent(), 100);
}

TEST(PerfGroup, TimeWithoutACounterIsMadeUpWhenItCountsAgain) {
  FakePerf perf;
  auto group = PerfGroup::open(pair(), kCpu3, Host{}, perf.opener());
  ASSERT_TRUE(group);
  perf.will_read_group(0, 10 * kMs, 10 * kMs, {100, 100});
  perf.will_read_group(0, 20 * kMs, 10 * kMs, {100, 100});
  perf.will_read_group(0, 30 * kMs, 20 * kMs, {200, 150});
  EXPECT_EQ(group->read(), counted);
  EXPECT_EQ(group->read(), not_counted);
  EXPECT_EQ(group->counted_percent(), 0);
  EXPECT_EQ(group->read(), counted);
  EXPECT_THAT(group->values(), ElementsAre(300, 200));
  EXPECT_EQ(group->counted_percent(), 50);
}

TEST(PerfGroup, NothingIsKnownOfACpuOnWhichNoTimePasses) {
  FakePerf perf;
  auto group = PerfGroup::open(pair(), kCpu3, Host{}, perf.opener());
  ASSERT_TRUE(group);
  perf.will_read_group(0, 10 * kMs, 10 * kMs, {100, 100});
  perf.will_read_group(0, 10 * kMs, 10 * kMs, {100, 100});
  EXPECT_EQ(group->read(), counted);
  EXPECT_EQ(group->read(), failed);
  EXPECT_FALSE(group->counted_percent());
}

TEST(PerfGroup, AThreadThatSleptIsKnown) {
  FakePerf perf;
  auto group = PerfGroup::open({hardware("cycles", 0)}, {77, -1, true}, Host{}, perf.opener());
  ASSERT_TRUE(group);
  EXPECT_EQ(perf.opened()[0].attr.inherit, 1U);
  EXPECT_EQ(perf.opened()[0].pid, 77);
  perf.will_read_single(0, 10 * kMs, 10 * kMs, 500);
  perf.will_read_single(0, 10 * kMs, 10 * kMs, 500);
  EXPECT_EQ(group->read(), counted);
  EXPECT_EQ(group->read(), counted);
  EXPECT_THAT(group->values(), ElementsAre(500));
}

TEST(PerfGroup, InheritedEventsAreReadOneByOne) {
  FakePerf perf;
  auto group = PerfGroup::open(pair(), {77, -1, true}, Host{}, perf.opener());
  ASSERT_TRUE(group);
  EXPECT_EQ(perf.opened()[0].attr.read_format & PERF_FORMAT_GROUP, 0U) << "kernels before 6.12 refuse it with inherit";
  perf.will_read_single(0, 10 * kMs, 5 * kMs, 100);
  perf.will_read_single(1, 10 * kMs, 10 * kMs, 70);
  EXPECT_EQ(group->read(), counted);
  EXPECT_THAT(group->values(), ElementsAre(200, 70));
  EXPECT_EQ(group->counted_percent(), 50) << "the smallest";
}

TEST(PerfGroup, FailsWhenTheReadingIsShort) {
  FakePerf perf;
  auto group = PerfGroup::open(pair(), kCpu3, Host{}, perf.opener());
  ASSERT_TRUE(group);
  perf.will_read_group(0, 10 * kMs, 10 * kMs, {100});
  EXPECT_EQ(group->read(), failed);
}

std::string refusal(int error_number, const Host& host = Host{}, const PerfTarget& target = kCpu3) {
  FakePerf perf;
  perf.refusal = [&](const perf_event_attr&, pid_t, int) { return error_number; };
  const auto group = PerfGroup::open(pair(), target, host, perf.opener());
  EXPECT_FALSE(group);
  if (group) return {};
  EXPECT_EQ(group.error().kind, ErrorKind::environment);
  EXPECT_EQ(group.error().where, "lookup");
  return group.error().text();
}

TEST(PerfRefusal, ABusyCounterHasAHolder) {
  const WrittenTree tree;
  tree.write("/proc/sys/kernel/nmi_watchdog", "1\n");
  EXPECT_THAT(refusal(EBUSY, tree.host()), HasSubstr("sysctl kernel.nmi_watchdog=0"));
  tree.write("/proc/sys/kernel/nmi_watchdog", "0\n");
  EXPECT_THAT(refusal(EBUSY, tree.host()), HasSubstr("another program holds the counter"));
}

TEST(PerfRefusal, SaysWhatWouldHelp) {
  EXPECT_THAT(refusal(ENOENT), HasSubstr("does not have it"));
  EXPECT_THAT(refusal(EOPNOTSUPP), HasSubstr("does not have it"));
  EXPECT_THAT(refusal(ENODEV), HasSubstr("CPU 3 is offline"));
  EXPECT_THAT(refusal(EINVAL), HasSubstr("does not take this event"));
  EXPECT_THAT(refusal(ESRCH, Host{}, {4711, -1, false}), HasSubstr("task 4711 has gone"));
  EXPECT_THAT(refusal(ENOSYS), HasSubstr("CONFIG_PERF_EVENTS"));
  EXPECT_THAT(refusal(ENFILE), HasSubstr("fs.file-max"));
}

TEST(PerfRefusal, OfPermissionNamesTheSysctl) {
  const WrittenTree tree;
  tree.write("/proc/sys/kernel/perf_event_paranoid", "3\n");
  for (const int error_number : {EACCES, EPERM}) {
    if (geteuid() == 0) {
      EXPECT_THAT(refusal(error_number, tree.host()), HasSubstr("system call filter"));
    } else {
      EXPECT_THAT(refusal(error_number, tree.host()), HasSubstr("kernel.perf_event_paranoid is 3"));
      EXPECT_THAT(refusal(error_number, tree.host()), HasSubstr("sysctl kernel.perf_event_paranoid=0"));
    }
  }
}

/// The limit of open files while it lives.
class SoftLimit {
 public:
  explicit SoftLimit(rlim_t files) {
    getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit lower{files, before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &lower);
  }
  SoftLimit(const SoftLimit&) = delete;
  SoftLimit& operator=(const SoftLimit&) = delete;
  ~SoftLimit() { setrlimit(RLIMIT_NOFILE, &before_); }
  [[nodiscard]] rlim_t hard() const { return before_.rlim_max; }

 private:
  rlimit before_{};
};

TEST(PerfRefusal, TheSoftLimitOfFilesIsRaisedOnce) {
  const SoftLimit limit(200);
  FakePerf perf;
  perf.refusal = [](const perf_event_attr&, pid_t, int) {
    rlimit now{};
    getrlimit(RLIMIT_NOFILE, &now);
    return now.rlim_cur == 200 ? EMFILE : 0;
  };
  EXPECT_TRUE(PerfGroup::open(pair(), kCpu3, Host{}, perf.opener()));
}

TEST(PerfRefusal, TheHardLimitOfFilesIsNamed) {
  const SoftLimit limit(200);
  EXPECT_THAT(refusal(EMFILE), HasSubstr("may open " + std::to_string(limit.hard()) + " files"));
}

PerfEvent software(const std::string& name, std::uint64_t config) {
  PerfEvent event;
  event.name = name;
  event.attr.type = PERF_TYPE_SOFTWARE;
  event.attr.config = config;
  return event;
}

/// Counts on this kernel; what a container forbids is skipped.
class RealPerf : public testing::TestWithParam<PerfGroup::Reading> {};

TEST_P(RealPerf, CountsTheSwitchesOfThisThread) {
  auto group = PerfGroup::open(
      {software("context-switches", PERF_COUNT_SW_CONTEXT_SWITCHES), software("task-clock", PERF_COUNT_SW_TASK_CLOCK)},
      {0, -1, false}, Host{}, system_perf_event_open, GetParam());
  if (!group) GTEST_SKIP() << group.error().text();
  std::int64_t before = 0;
  for (int i = 1; i <= 3; ++i) {
    for (int sleeps = 0; sleeps < 10; ++sleeps) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ASSERT_EQ(group->read(), counted);
    EXPECT_GE(group->values()[0], before + 10);
    EXPECT_GT(group->values()[1], 0);
    before = group->values()[0];
  }
}

INSTANTIATE_TEST_SUITE_P(BothReadings, RealPerf,
                         testing::Values(PerfGroup::Reading::running, PerfGroup::Reading::stopped));

}  // namespace
}  // namespace sriov
