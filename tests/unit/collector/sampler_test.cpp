#include <csignal>

#include <gtest/gtest.h>

#include "collector/sampler.h"
#include "core/text.h"
#include "host/clock.h"
#include "host/file.h"
#include "tests/unit/support/written_tree.h"

namespace sriov {
namespace {

SamplerConfig config(std::vector<std::string> collectors) {
  SamplerConfig out;
  out.endpoint = "here";
  out.collectors = std::move(collectors);
  out.interval_ns = 5'000'000;
  out.expected_duration_ns = 1'000'000'000;
  return out;
}

/// The mask of blocked signals of the thread called `name`, as /proc writes it; "" when there is none.
std::string blocked_signals(const std::string& name) {
  for (const std::string& thread : list_directory("/proc/self/task")) {
    const std::string folder = "/proc/self/task/" + thread;
    if (read_word(folder + "/comm") != name) continue;
    for (const std::string& line : split(read_word(folder + "/status"), '\n'))
      if (line.starts_with("SigBlk:")) return std::string(trim(line.substr(7)));
  }
  return {};
}

TEST(Sampler, TakesAFirstRowAtOnceAndALastRowAtStop) {
  SamplerConfig slow = config({"cpu", "self"});
  slow.interval_ns = 3'600'000'000'000;
  auto sampler = Sampler::start(Host{}, slow);
  ASSERT_TRUE(sampler) << sampler.error().text();
  const std::int64_t between_ns = monotonic_ns();
  const auto blocks = sampler->stop();
  ASSERT_EQ(blocks.size(), 2U);
  for (const SampleBlock& block : blocks) {
    EXPECT_EQ(block.endpoint, "here");
    ASSERT_EQ(block.rows(), 2U) << block.collector;
    EXPECT_LE(block.end_ns[0], between_ns);
    EXPECT_GE(block.begin_ns[1], between_ns);
  }
}

TEST(Sampler, EveryDeadlineIsARowOrCountedAsMissed) {
  auto sampler = Sampler::start(Host{}, config({"self"}));
  ASSERT_TRUE(sampler) << sampler.error().text();
  const std::int64_t begin_ns = monotonic_ns();
  sleep_until_ns(begin_ns + 100'000'000);
  const auto blocks = sampler->stop();
  const std::int64_t end_ns = monotonic_ns();
  ASSERT_EQ(blocks.size(), 1U);
  const SampleBlock& block = blocks[0];
  std::int64_t missed = -1;
  for (std::size_t i = 0; i < block.series.size(); ++i)
    if (block.series[i].metric == "self.missed_deadlines") missed = block.columns[i].back();
  ASSERT_GE(missed, 0);
  const auto timed_rows = static_cast<std::int64_t>(block.rows()) - 2;
  const std::int64_t deadlines = block.begin_ns.back() / 5'000'000 - block.end_ns.front() / 5'000'000;
  EXPECT_NEAR(static_cast<double>(timed_rows + missed), static_cast<double>(deadlines), 1.0);
  EXPECT_LE(timed_rows, (end_ns - block.begin_ns.front()) / 5'000'000 + 1);
  for (std::size_t row = 1; row + 1 < block.rows(); ++row) {
    EXPECT_LE(block.begin_ns[row], block.end_ns[row]);
    EXPECT_LE(block.end_ns[row - 1], block.begin_ns[row]);
    // Aligned: each timed row belongs to a multiple of the interval of its own.
    if (row > 1) {
      EXPECT_GT(block.begin_ns[row] / 5'000'000, block.begin_ns[row - 1] / 5'000'000);
    }
  }
}

TEST(Sampler, ItsThreadTakesNoSignals) {
  auto sampler = Sampler::start(Host{}, config({"self"}));
  ASSERT_TRUE(sampler);
  const auto mask = std::stoull(blocked_signals("sampler"), nullptr, 16);
  for (const int signal : {SIGTERM, SIGINT, SIGCHLD, SIGALRM}) EXPECT_TRUE((mask >> (signal - 1)) & 1U) << signal;
}

TEST(Sampler, UnknownCollectorsSuggestTheNearestName) {
  const auto sampler = Sampler::start(Host{}, config({"slef"}));
  ASSERT_FALSE(sampler);
  EXPECT_EQ(sampler.error().kind, ErrorKind::usage);
  EXPECT_NE(sampler.error().text().find("did you mean 'self'?"), std::string::npos) << sampler.error().text();
}

TEST(Sampler, WhatDoesNotWorkHereIsSkippedWithItsReason) {
  auto sampler = Sampler::start(Host::at("/nowhere"), config({"netdev", "self", "self"}));
  ASSERT_TRUE(sampler) << sampler.error().text();
  ASSERT_EQ(sampler->skipped().size(), 1U);
  EXPECT_EQ(sampler->skipped()[0].name, "netdev");
  EXPECT_FALSE(sampler->skipped()[0].why.what.empty());
  EXPECT_EQ(sampler->stop().size(), 1U);
}

TEST(Sampler, WrongOptionsAndIntervalsAreUsageErrors) {
  SamplerConfig wrong_option = config({"self"});
  wrong_option.options["self"]["colour"] = "blue";
  const auto option = Sampler::start(Host{}, wrong_option);
  ASSERT_FALSE(option);
  EXPECT_EQ(option.error().kind, ErrorKind::usage);
  SamplerConfig too_fast = config({"self"});
  too_fast.interval_ns = 999'999;
  const auto interval = Sampler::start(Host{}, too_fast);
  ASSERT_FALSE(interval);
  EXPECT_EQ(interval.error().kind, ErrorKind::usage);
}

TEST(Sampler, WrongValuesAreUsageErrorsEvenWhereTheCollectorWouldNotWork) {
  const Host nowhere = Host::at("/nowhere");
  const auto refused = [&](const std::string& collector, const std::string& option, const std::string& value) {
    SamplerConfig wrong = config({collector});
    wrong.options[collector][option] = value;
    const auto sampler = Sampler::start(nowhere, wrong);
    if (sampler) return std::string("accepted");
    EXPECT_EQ(sampler.error().kind, ErrorKind::usage) << sampler.error().text();
    EXPECT_NE(sampler.error().text().find(option), std::string::npos) << sampler.error().text();
    return sampler.error().text();
  };
  EXPECT_NE(refused("iotlb", "backend", "foo").find("backends: auto, "), std::string::npos);
  EXPECT_NE(refused("iotlb", "requesters", "eth0").find("no PCI address"), std::string::npos);
  EXPECT_NE(refused("iotlb", "pcm_interval", "soon").find("100 ms to 60"), std::string::npos);
  EXPECT_NE(refused("iotlb", "window", "20s").find("1 ms to 10"), std::string::npos);
  EXPECT_NE(refused("vmexit", "poll", "often").find("1 ms to 10"), std::string::npos);
  EXPECT_NE(refused("vmexit", "buffer_pages", "0").find("1 to 65535"), std::string::npos);
  EXPECT_NE(refused("vf", "mac", "maybe").find("neither on nor off"), std::string::npos);
  EXPECT_NE(refused("interrupts", "irqs", "vfs").find("classes"), std::string::npos);
  EXPECT_NE(refused("perf", "task", "me").find("a process id"), std::string::npos);
  EXPECT_NE(refused("perf", "cpus", "all").find("0-3,8"), std::string::npos);
  EXPECT_NE(refused("perf", "events", "{cycles").find("perf"), std::string::npos);
}

TEST(Sampler, OfABackendThatWasAskedForOnlyItsOwnReasonIsTold) {
  SamplerConfig one = config({"iotlb"});
  one.options["iotlb"]["backend"] = "dmar";
  const auto sampler = Sampler::start(Host::at("/nowhere"), one);
  ASSERT_TRUE(sampler) << sampler.error().text();
  ASSERT_EQ(sampler->skipped().size(), 1U);
  const std::string why = sampler->skipped()[0].why.text();
  EXPECT_NE(why.find("no PMU dmarN"), std::string::npos) << why;
  EXPECT_EQ(why.find("amd"), std::string::npos) << why;
}

TEST(Sampler, ACollectorThatFallsSilentIsToldOnceWithItsTime) {
  const test::WrittenTree tree;
  tree.write("/proc/stat", "cpu  1 2 3 4 5 6 7 0 0 0\ncpu0 1 2 3 4 5 6 7 0 0 0\n");
  auto sampler = Sampler::start(tree.host(), config({"cpu", "self"}));
  ASSERT_TRUE(sampler) << sampler.error().text();
  ASSERT_TRUE(sampler->skipped().empty()) << sampler->skipped()[0].why.text();
  EXPECT_TRUE(sampler->take_complaints().empty());
  const std::int64_t before_ns = monotonic_ns();
  tree.write("/proc/stat", "");
  std::vector<Complaint> complaints;
  for (int i = 0; i < 2000 && complaints.empty(); ++i) {
    sleep_until_ns(monotonic_ns() + 5'000'000);
    complaints = sampler->take_complaints();
  }
  ASSERT_EQ(complaints.size(), 1U);
  EXPECT_EQ(complaints[0].collector, "cpu");
  EXPECT_EQ(complaints[0].what.what, "it gives no values any more");
  EXPECT_EQ(complaints[0].text(), "collector cpu: it gives no values any more");
  EXPECT_GE(complaints[0].at_ns, before_ns);
  (void)sampler->stop();
  EXPECT_TRUE(sampler->take_complaints().empty()) << "told once";
}

TEST(Sampler, WhatWasNotAskedForBeforeTheEndIsToldAfterIt) {
  const test::WrittenTree tree;
  tree.write("/proc/stat", "cpu  1 2 3 4 5 6 7 0 0 0\ncpu0 1 2 3 4 5 6 7 0 0 0\n");
  auto sampler = Sampler::start(tree.host(), config({"cpu"}));
  ASSERT_TRUE(sampler) << sampler.error().text();
  tree.write("/proc/stat", "");
  const auto rows = [&] {
    std::size_t out = 0;
    for (const SampleBlock& block : sampler->take_rows()) out += block.rows();
    return out;
  };
  (void)rows();
  for (std::size_t seen = 0; seen < 4; seen += rows()) sleep_until_ns(monotonic_ns() + 5'000'000);
  (void)sampler->stop();
  EXPECT_EQ(sampler->take_complaints().size(), 1U);
}

TEST(Sampler, EndsItsThreadWhenItGoes) {
  auto sampler = Sampler::start(Host{}, config({"self"}));
  ASSERT_TRUE(sampler);
  Sampler moved = std::move(*sampler);
  auto other = Sampler::start(Host{}, config({"self"}));
  ASSERT_TRUE(other);
  moved = std::move(*other);
  EXPECT_GE(moved.stop().at(0).rows(), 2U);
}

}  // namespace
}  // namespace sriov
