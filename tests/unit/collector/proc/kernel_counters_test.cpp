// softirqs, softnet and snmp: on captures, on older kernels' formats and on text that is not theirs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/collector.h"
#include "collector/proc/snmp_text.h"
#include "collector/proc/softirqs_text.h"
#include "collector/proc/softnet_text.h"
#include "core/cpu_list.h"
#include "host/file.h"
#include "tests/unit/support/written_tree.h"

namespace sriov {
namespace {

using test::WrittenTree;
using testing::ElementsAre;
using testing::IsEmpty;

/// One row of a collector: values by "metric{labels}".
std::map<std::string, std::int64_t> sample(const std::string& name, const Host& host) {
  const auto collector = CollectorRegistry::instance().make(name);
  Recorder recorder(1);
  const auto usable = collector->probe(host);
  EXPECT_TRUE(usable) << usable.error().text();
  const auto opened = collector->open(host, {}, recorder);
  EXPECT_TRUE(opened) << opened.error().text();
  if (!opened) return {};
  recorder.begin_row(0);
  collector->sample(recorder);
  recorder.end_row(0);
  const SampleBlock block = recorder.take("", name);
  std::map<std::string, std::int64_t> out;
  for (std::size_t i = 0; i < block.series.size(); ++i)
    out[block.series[i].metric + "{" + to_string(block.series[i].labels) + "}"] = block.columns[i].front();
  return out;
}

Host tree(const std::string& name) { return Host::at(SRIOV_FIXTURES "/trees/" + name); }

TEST(Softirqs, OfTheCaptures) {
  auto dom0 = sample("softirqs", tree("dom0"));
  EXPECT_EQ(dom0.size(), 20U) << "10 kinds x 2 CPUs";
  EXPECT_EQ(dom0["softirqs.count{cpu=0,kind=NET_RX}"], 6443);
  EXPECT_EQ(dom0["softirqs.count{cpu=1,kind=NET_RX}"], 28033);
  EXPECT_EQ(sample("softirqs", tree("guest"))["softirqs.count{cpu=0,kind=NET_RX}"], 30429);
}

TEST(Softirqs, ColumnsAreThoseOfTheHeading) {
  SoftirqTable table;
  parse_softirqs("        CPU0       CPU7\n  NET_RX:   4294967295   2\n", table);
  EXPECT_THAT(table.cpus, ElementsAre(0, 7));
  EXPECT_THAT(table.kinds, ElementsAre("NET_RX"));
  EXPECT_THAT(table.counts, ElementsAre(4294967295, 2));
}

TEST(Softirqs, BrokenLinesAreAbsentFromWhereTheyBreak) {
  SoftirqTable table;
  parse_softirqs(" CPU0 CPU1\n HI: 1\n TIMER: 5 x\n BLOCK 3 4\n RCU: 99999999999 1\n", table);
  EXPECT_THAT(table.kinds, ElementsAre("HI", "TIMER", "RCU"));
  EXPECT_THAT(table.counts, ElementsAre(1, kAbsent, 5, kAbsent, kAbsent, kAbsent));
  for (const char* text : {"", "\n", "garbage\n HI: 1\n", "CPU99999999999\n HI: 1\n"}) {
    parse_softirqs(text, table);
    EXPECT_THAT(table.counts, IsEmpty()) << text;
  }
}

TEST(Softirqs, FollowCpusThatAppear) {
  const WrittenTree tree;
  tree.write("/proc/softirqs", " CPU0\n HI: 1\n");
  const auto collector = CollectorRegistry::instance().make("softirqs");
  Recorder recorder(2);
  ASSERT_TRUE(collector->open(tree.host(), {}, recorder));
  for (const char* text : {" CPU0\n HI: 1\n", " CPU0 CPU1\n HI: 2 3\n"}) {
    tree.write("/proc/softirqs", text);
    recorder.begin_row(0);
    collector->sample(recorder);
    recorder.end_row(0);
  }
  const SampleBlock block = recorder.take("", "");
  ASSERT_EQ(block.series.size(), 2U);
  EXPECT_THAT(block.columns[0], ElementsAre(1, 2));
  EXPECT_THAT(block.columns[1], ElementsAre(kAbsent, 3));
}

TEST(Softnet, OfTheCapture) {
  auto dom0 = sample("softnet", tree("dom0"));
  EXPECT_EQ(dom0["softnet.processed{cpu=0}"], 0x1892);
  EXPECT_EQ(dom0["softnet.processed{cpu=1}"], 0x4e81);
  EXPECT_EQ(dom0["softnet.time_squeeze{cpu=1}"], 0x50);
  EXPECT_EQ(dom0["softnet.dropped{cpu=1}"], 0);
  EXPECT_EQ(dom0["softnet.flow_limit{cpu=1}"], 0);
}

TEST(Softnet, TheCpuIsTheOneTheLineNames) {
  std::vector<SoftnetRow> rows;
  parse_softnet("1 2 3 0 0 0 0 0 0 4 5 6 7 0 0\nffffffff 0 0 0 0 0 0 0 0 0 0 0 a 0 0\n", rows);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].cpu, 7);
  EXPECT_THAT(rows[0].values, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_EQ(rows[1].cpu, 10);
  EXPECT_EQ(rows[1].values[kSoftnetProcessed], 0xffffffff);
}

TEST(Softnet, OlderKernelsRowsAreThoseOfTheOnlineCpus) {
  const WrittenTree tree;
  tree.write("/proc/net/softnet_stat", "5 0 0 0 0 0 0 0 0 0 0\n6 0 0 0 0 0 0 0 0 0 0\n");
  tree.write("/sys/devices/system/cpu/online", "0,2\n");
  auto values = sample("softnet", tree.host());
  EXPECT_EQ(values["softnet.processed{cpu=0}"], 5);
  EXPECT_EQ(values["softnet.processed{cpu=2}"], 6);
  EXPECT_EQ(values["softnet.backlog{cpu=2}"], kAbsent) << "this kernel does not tell it";
  tree.write("/sys/devices/system/cpu/online", "0-2\n");
  EXPECT_THAT(sample("softnet", tree.host()), IsEmpty()) << "two rows, three CPUs: whose they are is not known";
}

TEST(Softnet, OtherTextIsNoRow) {
  std::vector<SoftnetRow> rows;
  for (const char* text : {"", "\n", "1 2\n", "x y z\n", "1 2 3 fffffffff\n", "1 2 3 0 0 0 0 0 0 0 0 0 ffffff\n"}) {
    parse_softnet(text, rows);
    EXPECT_THAT(rows, IsEmpty()) << text;
  }
}

TEST(Snmp, OfTheCaptures) {
  auto guest = sample("snmp", tree("guest"));
  EXPECT_EQ(guest["snmp.tcp_in_segments{}"], 65329);
  EXPECT_EQ(guest["snmp.tcp_out_segments{}"], 128801);
  EXPECT_EQ(guest["snmp.tcp_out_resets{}"], 9);
  EXPECT_EQ(guest["snmp.tcp_retransmitted_segments{}"], 0);
  EXPECT_EQ(guest["snmp.tcp_timeouts{}"], 0) << "from /proc/net/netstat";
  EXPECT_EQ(guest["snmp.udp6_in_datagrams{}"], kAbsent) << "/proc/net/snmp6 was not captured";
  EXPECT_EQ(guest.size(), 26U);
}

TEST(Snmp, FieldsAreFoundByNameAndMayBeMissing) {
  const std::vector<SnmpField> fields{{"Tcp", "RetransSegs"}, {"Udp", "InErrors"}, {"Udp", "RcvbufErrors"}};
  std::vector<std::int64_t> values(3);
  parse_snmp("Udp: InErrors New\nUdp: 3 4\nTcp: MaxConn RetransSegs\nTcp: -1 7\n", fields, values);
  EXPECT_THAT(values, ElementsAre(7, 3, kAbsent));
  parse_snmp("Tcp: RetransSegs\nUdp: 1\n", fields, values);
  EXPECT_THAT(values, ElementsAre(kAbsent, kAbsent, kAbsent)) << "a heading without its values";
  parse_snmp("Tcp: A RetransSegs\nTcp: 1", fields, values);
  EXPECT_THAT(values, ElementsAre(kAbsent, kAbsent, kAbsent)) << "truncated";
}

TEST(Snmp, UdpOverIpv6IsItsOwn) {
  const WrittenTree tree;
  tree.write("/proc/net/snmp", "Tcp: InSegs\nTcp: 1\nUdp: InDatagrams\nUdp: 2\n");
  tree.write("/proc/net/snmp6", "Ip6InReceives \t9\nUdp6InDatagrams                 \t21922\nUdpLite6InErrors\t5\n");
  auto values = sample("snmp", tree.host());
  EXPECT_EQ(values["snmp.udp_in_datagrams{}"], 2);
  EXPECT_EQ(values["snmp.udp6_in_datagrams{}"], 21922);
  EXPECT_EQ(values["snmp.udp6_in_errors{}"], kAbsent) << "UdpLite6 is another protocol";
}

TEST(Snmp6, BrokenLinesAreAbsent) {
  const std::vector<std::string_view> names{"Udp6InDatagrams", "Udp6InErrors"};
  std::vector<std::int64_t> values(2);
  parse_snmp6("Udp6InErrors\t4\nUdp6InDatagrams\t3\n", names, values);
  EXPECT_THAT(values, ElementsAre(3, 4));
  for (const char* text : {"", "Udp6InErrors\nUdp6InDatagrams", "Udp6InErrors x\n", "Udp6InErrors 1x\n",
                           "Udp6InErrors -1\n", "Udp6InErrors 99999999999999999999\n"}) {
    parse_snmp6(text, names, values);
    EXPECT_THAT(values, ElementsAre(kAbsent, kAbsent)) << text;
  }
}

TEST(CpuList, AsTheKernelWritesIt) {
  EXPECT_THAT(parse_cpu_list("0-2,5\n"), ElementsAre(0, 1, 2, 5));
  EXPECT_THAT(parse_cpu_list("3\n"), ElementsAre(3));
  EXPECT_EQ(parse_cpu_list("0-8191").size(), 8192U);
  EXPECT_THAT(parse_cpu_list("0-8191,0"), IsEmpty()) << "more than a kernel can have: no list of CPUs";
  for (const char* text : {"", "\n", "a", "3-1", "1,", "-1", "0-99999999"})
    EXPECT_THAT(parse_cpu_list(text), IsEmpty());
}

}  // namespace
}  // namespace sriov
