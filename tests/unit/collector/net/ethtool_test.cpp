// Driver statistics: the names drivers give them, and a device whose number of queues changes while it is sampled.
#include <sched.h>

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/collector.h"
#include "collector/net/ethtool_names.h"
#include "core/text.h"
#include "host/ethtool_ioctl.h"
#include "host/file.h"
#include "host/process.h"
#include "host/shell.h"

namespace sriov {
namespace {

using testing::HasSubstr;

EthtoolName whole(const std::string& name) { return {name, "", ""}; }

TEST(EthtoolNames, EverySpellingOfQueues) {
  EXPECT_EQ(parse_ethtool_name("rx_queue_0_packets"), (EthtoolName{"packets", "0", "rx"}));
  EXPECT_EQ(parse_ethtool_name("tx_queue_12_restart"), (EthtoolName{"restart", "12", "tx"}));
  EXPECT_EQ(parse_ethtool_name("rx-3.packets"), (EthtoolName{"packets", "3", "rx"}));
  EXPECT_EQ(parse_ethtool_name("tx-0.tx_packets"), (EthtoolName{"packets", "0", "tx"}));
  EXPECT_EQ(parse_ethtool_name("rx7_bytes"), (EthtoolName{"bytes", "7", "rx"}));
  EXPECT_EQ(parse_ethtool_name("queue_1_tx_cnt"), (EthtoolName{"cnt", "1", "tx"}));
  EXPECT_EQ(parse_ethtool_name("[2]: rx_ucast_packets"), (EthtoolName{"ucast_packets", "2", "rx"}));
}

TEST(EthtoolNames, WhatNamesNoQueueStays) {
  for (const char* name : {"rx_packets", "tx_bytes", "rx_long_byte_count", "rx_queue_", "rx_queue_0", "rx_queue_0_",
                           "rx-0.", "queue_x_rx_cnt", "queue_0_", "[0]", "[0]: ", "rx", "", "tx0"})
    EXPECT_EQ(parse_ethtool_name(name), whole(name)) << name;
}

TEST(EthtoolStrings, AreFieldsOfOneSize) {
  std::string bytes(3 * ETH_GSTRING_LEN, '\0');
  bytes.replace(0, 10, "rx_packets");
  bytes.replace(ETH_GSTRING_LEN, ETH_GSTRING_LEN, ETH_GSTRING_LEN, 'x');
  bytes.replace(2 * ETH_GSTRING_LEN, 8, "tx_bytes");
  const std::string unended(ETH_GSTRING_LEN, 'x');
  EXPECT_THAT(ethtool_strings(bytes, 3), testing::ElementsAre("rx_packets", unended, "tx_bytes"));
  EXPECT_THAT(ethtool_strings(bytes, 2), testing::ElementsAre("rx_packets", unended));
  EXPECT_THAT(ethtool_strings(std::string_view(bytes).substr(0, 40), 3), testing::ElementsAre("rx_packets"));
  EXPECT_THAT(ethtool_strings({}, 3), testing::IsEmpty());
}

/// The statistics of `ethtool -S` as captured, by name.
std::vector<std::string> captured_names(const std::string& file) {
  std::vector<std::string> out;
  for (const std::string& line : split(read_file(std::string(SRIOV_FIXTURES) + "/captures/" + file).value(), '\n')) {
    const std::size_t colon = line.rfind(": ");
    if (line.starts_with("     ") && colon != std::string::npos)
      out.emplace_back(trim(std::string_view(line).substr(0, colon)));
  }
  return out;
}

TEST(EthtoolNames, QueuesOfTheCapturedDevices) {
  int queues = 0;
  for (const std::string& name : captured_names("dom0/t1/ethtool_S_pf.txt"))
    if (!parse_ethtool_name(name).queue.empty()) ++queues;
  EXPECT_EQ(queues, 13) << "igb: 3 statistics of its transmit queue and 5 of each of its 2 receive queues";
  for (const std::string& name : captured_names("guest/t1/ethtool_S_vf.txt"))
    EXPECT_EQ(parse_ethtool_name(name), whole(name)) << "igbvf counts for the device as a whole";
}

/// Columns by statistic, queue and direction: "xdp_packets/0/rx".
using Columns = std::map<std::string, std::vector<std::int64_t>>;

std::vector<std::string> reasons_of(const Collector& collector) {
  std::vector<std::string> out;
  for (const Error& absence : collector.absences()) out.push_back(absence.text());
  return out;
}

Columns sample_while_queues_change(const std::string& ip, const std::string& ethtool) {
  LocalShell shell;
  const auto run = [&](const Command& command) {
    const auto done = shell.output_of(command);
    EXPECT_TRUE(done) << done.error().text();
  };
  run({ip, "link", "add", "hot0", "numrxqueues", "2", "numtxqueues", "2", "type", "veth", "peer", "name", "hot1"});
  const auto collector = CollectorRegistry::instance().make("ethtool");
  Recorder recorder(4);
  EXPECT_TRUE(collector->probe(Host{}));
  const auto wrong = collector->open(Host{}, {{"devices", "hot9"}}, recorder);
  EXPECT_FALSE(wrong);
  EXPECT_THAT(wrong.error().text(), HasSubstr("did you mean 'hot"));
  EXPECT_FALSE(collector->open(Host{}, {}, recorder)) << "a veth is sampled only when it is named";
  EXPECT_FALSE(collector->open(Host{}, {{"devices", "hot0"}, {"standard", "maybe"}}, recorder));
  EXPECT_TRUE(collector->open(Host{}, {{"devices", "hot0"}}, recorder));
  EXPECT_THAT(reasons_of(*collector),
              testing::ElementsAre(testing::AnyOf(HasSubstr("hot0: veth reports no statistics with standard names"),
                                                  HasSubstr("this kernel has no"))));
  const auto sample = [&] {
    recorder.begin_row(0);
    collector->sample(recorder);
    recorder.end_row(0);
  };
  sample();
  run({ethtool, "-L", "hot0", "rx", "1"});
  sample();
  run({ip, "link", "del", "hot0"});
  sample();
  Columns out;
  const SampleBlock block = recorder.take("", "");
  for (std::size_t i = 0; i < block.series.size(); ++i) {
    const Labels& labels = block.series[i].labels;
    EXPECT_EQ(label(labels, "device"), "hot0");
    EXPECT_EQ(label(labels, "driver"), "veth");
    out[std::string(label(labels, "statistic")) + "/" + std::string(label(labels, "queue")) + "/" +
        std::string(label(labels, "direction"))] = block.columns[i];
  }
  return out;
}

TEST(EthtoolCollector, FollowsTheNumberOfQueues) {
  const std::string ip = find_program("ip");
  const std::string ethtool = find_program("ethtool");
  Columns columns;
  bool has_namespace = false;
  std::thread([&] {
    has_namespace = !ip.empty() && !ethtool.empty() && ::unshare(CLONE_NEWNET) == 0;
    if (has_namespace) columns = sample_while_queues_change(ip, ethtool);
  }).join();
  if (!has_namespace) GTEST_SKIP() << "needs root, iproute2 and ethtool";
  using Column = std::vector<std::int64_t>;
  EXPECT_EQ(columns["xdp_packets/0/rx"], (Column{0, 0, kAbsent}));
  EXPECT_EQ(columns["xdp_packets/1/rx"], (Column{0, kAbsent, kAbsent}));
  EXPECT_EQ(columns.count("xdp_packets/2/rx"), 0U);
}

}  // namespace
}  // namespace sriov
