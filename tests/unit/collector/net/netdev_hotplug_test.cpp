// Devices that come, change their name and go while netdev samples, in a network namespace of a thread's own.
#include <sched.h>

#include <thread>

#include <gtest/gtest.h>

#include "collector/collector.h"
#include "host/process.h"
#include "host/shell.h"

namespace sriov {
namespace {

std::map<std::string, std::vector<std::int64_t>> sample_while_devices_change(const std::string& ip) {
  LocalShell shell;
  const auto run = [&](Command arguments) {
    arguments.insert(arguments.begin(), ip);
    const auto done = shell.output_of(arguments);
    EXPECT_TRUE(done) << done.error().text();
  };
  const auto netdev = CollectorRegistry::instance().make("netdev");
  Recorder recorder(4);
  EXPECT_TRUE(netdev->open(Host{}, {}, recorder));
  const auto sample = [&] {
    recorder.begin_row(0);
    netdev->sample(recorder);
    recorder.end_row(0);
  };
  sample();
  run({"link", "add", "hot0", "type", "veth", "peer", "name", "hot1"});
  sample();
  run({"link", "set", "hot1", "name", "hot2"});
  sample();
  run({"link", "del", "hot0"});
  sample();
  const SampleBlock block = recorder.take("", "");
  std::map<std::string, std::vector<std::int64_t>> out;
  for (std::size_t i = 0; i < block.series.size(); ++i)
    if (block.series[i].metric == "netdev.rx_bytes")
      out[std::string(label(block.series[i].labels, "device"))] = block.columns[i];
  return out;
}

TEST(NetdevCollector, FollowsDevicesThatComeGoAndChangeTheirName) {
  const std::string ip = find_program("ip");
  std::map<std::string, std::vector<std::int64_t>> columns;
  bool has_namespace = false;
  std::thread([&] {
    has_namespace = !ip.empty() && ::unshare(CLONE_NEWNET) == 0;
    if (has_namespace) columns = sample_while_devices_change(ip);
  }).join();
  if (!has_namespace) GTEST_SKIP() << "needs root and iproute2";
  using Column = std::vector<std::int64_t>;
  EXPECT_EQ(columns["lo"], (Column{0, 0, 0, 0}));
  EXPECT_EQ(columns["hot0"], (Column{kAbsent, 0, 0, kAbsent}));
  EXPECT_EQ(columns["hot1"], (Column{kAbsent, 0, kAbsent, kAbsent}));
  EXPECT_EQ(columns["hot2"], (Column{kAbsent, kAbsent, 0, kAbsent}));
}

}  // namespace
}  // namespace sriov
