// The statistics with standard names: messages as bytes, whole and cut; their columns; and what this kernel says.
#include "collector/net/standard_statistics.h"

#include <linux/ethtool_netlink.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/sample_block.h"
#include "tests/unit/support/netlink_bytes.h"

namespace sriov {
namespace {

using test::attribute;
using test::Bytes;
using test::bytes_of;
using test::bytes_of_text;
using testing::ElementsAre;
using testing::IsEmpty;

Bytes nest(int type, const Bytes& inner) { return attribute(type | NLA_F_NESTED, inner); }
Bytes u32(int type, std::uint32_t value) { return attribute(type, bytes_of(value)); }
Bytes u64(int type, std::uint64_t value) { return attribute(type, bytes_of(value)); }

/// The kernel puts each statistic into a nest of its own: 0 is the number of a statistic, not of padding.
Bytes statistic(int place, std::uint64_t value) { return nest(ETHTOOL_A_STATS_GRP_STAT, u64(place, value)); }

Bytes bucket(int direction, std::uint32_t low, std::uint32_t high, std::uint64_t value) {
  return nest(direction, u32(ETHTOOL_A_STATS_GRP_HIST_BKT_LOW, low) + u32(ETHTOOL_A_STATS_GRP_HIST_BKT_HI, high) +
                             u64(ETHTOOL_A_STATS_GRP_HIST_VAL, value));
}

Bytes group(std::uint32_t id, std::uint32_t names, const Bytes& inner) {
  return nest(ETHTOOL_A_STATS_GRP, u32(ETHTOOL_A_STATS_GRP_ID, id) + u32(ETHTOOL_A_STATS_GRP_SS_ID, names) + inner);
}

Bytes header() {
  return nest(ETHTOOL_A_STATS_HEADER,
              u32(ETHTOOL_A_HEADER_DEV_INDEX, 2) + attribute(ETHTOOL_A_HEADER_DEV_NAME, bytes_of_text("eth0")));
}

Bytes reply() {
  return header() +
         group(ETHTOOL_STATS_ETH_MAC, ETH_SS_STATS_ETH_MAC,
               statistic(ETHTOOL_A_STATS_ETH_MAC_2_TX_PKT, 100) + statistic(ETHTOOL_A_STATS_ETH_MAC_3_SINGLE_COL, 5)) +
         group(ETHTOOL_STATS_RMON, ETH_SS_STATS_RMON,
               statistic(ETHTOOL_A_STATS_RMON_UNDERSIZE, 1) + bucket(ETHTOOL_A_STATS_GRP_HIST_RX, 65, 127, 8) +
                   bucket(ETHTOOL_A_STATS_GRP_HIST_TX, 1024, 0, 9));
}

std::vector<StandardValue> parsed(const Bytes& bytes) {
  std::vector<StandardValue> out;
  parse_standard_stats(bytes, out);
  return out;
}

TEST(StandardStatsMessage, HasStatisticsAndHistograms) {
  using enum StandardKey::Kind;
  const auto values = parsed(reply());
  ASSERT_EQ(values.size(), 5U);
  EXPECT_EQ(values[0].key, (StandardKey{ETHTOOL_STATS_ETH_MAC, statistic, ETH_SS_STATS_ETH_MAC, 0, 0, 0}));
  EXPECT_EQ(values[0].value, 100);
  EXPECT_EQ(values[1].key.place, 1U);
  EXPECT_EQ(values[1].value, 5);
  EXPECT_EQ(values[2].key, (StandardKey{ETHTOOL_STATS_RMON, statistic, ETH_SS_STATS_RMON, 0, 0, 0}));
  EXPECT_EQ(values[3].key, (StandardKey{ETHTOOL_STATS_RMON, rx_histogram, 0, 0, 65, 127}));
  EXPECT_EQ(values[3].value, 8);
  EXPECT_EQ(histogram_name(values[3].key), "etherStatsPkts65to127Octets");
  EXPECT_EQ(values[4].key.kind, tx_histogram);
  EXPECT_EQ(histogram_name(values[4].key), "etherStatsPkts1024toMaxOctets");
}

TEST(StandardStatsMessage, WhatDoesNotFitIsLeftOut) {
  const int rx = ETHTOOL_A_STATS_GRP_HIST_RX;
  EXPECT_THAT(parsed({}), IsEmpty());
  EXPECT_THAT(parsed(header() + group(0, ETH_SS_STATS_ETH_PHY, {})), IsEmpty()) << "a driver that tells nothing";
  EXPECT_THAT(parsed(nest(ETHTOOL_A_STATS_GRP, u32(ETHTOOL_A_STATS_GRP_ID, 1) + statistic(0, 1))), IsEmpty())
      << "whose names are in no set";
  EXPECT_THAT(parsed(group(1, 18, nest(ETHTOOL_A_STATS_GRP_STAT, attribute(0, Bytes(3))))), IsEmpty());
  EXPECT_THAT(parsed(group(1, 18, statistic(0, ~std::uint64_t{0}))), IsEmpty()) << "the kernel's own mark for unset";
  EXPECT_THAT(parsed(group(3, 20, nest(rx, u32(ETHTOOL_A_STATS_GRP_HIST_BKT_LOW, 1)))), IsEmpty());
  EXPECT_EQ(parsed(group(1, 18, nest(ETHTOOL_A_STATS_GRP_STAT, u32(2, 77)))).at(0).value, 77) << "32 bits do";
}

TEST(StandardStatsMessage, CutAnywhereItNeverInventsAValue) {
  const Bytes whole = reply();
  const auto all = parsed(whole);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto values = parsed(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    ASSERT_LT(values.size(), all.size());
    for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(values[i].value, all[i].value) << size;
  }
}

Bytes string(std::uint32_t index, std::string_view text) {
  return nest(ETHTOOL_A_STRINGS_STRING,
              u32(ETHTOOL_A_STRING_INDEX, index) + attribute(ETHTOOL_A_STRING_VALUE, bytes_of_text(text)));
}

TEST(StandardStatsMessage, StringsOfASet) {
  const Bytes other = nest(ETHTOOL_A_STRINGSETS_STRINGSET, u32(ETHTOOL_A_STRINGSET_ID, ETH_SS_STATS_RMON) +
                                                               nest(ETHTOOL_A_STRINGSET_STRINGS, string(0, "no")));
  const Bytes wanted =
      nest(ETHTOOL_A_STRINGSETS_STRINGSET,
           u32(ETHTOOL_A_STRINGSET_ID, ETH_SS_STATS_STD) + u32(ETHTOOL_A_STRINGSET_COUNT, 2) +
               nest(ETHTOOL_A_STRINGSET_STRINGS, string(1, "eth-mac") + string(0, "eth-phy") + string(~0U, "far")));
  const Bytes message = nest(ETHTOOL_A_STRSET_STRINGSETS, other + wanted);
  EXPECT_THAT(parse_string_set(message, ETH_SS_STATS_STD), ElementsAre("eth-phy", "eth-mac"));
  EXPECT_THAT(parse_string_set(message, ETH_SS_STATS_ETH_MAC), IsEmpty());
  EXPECT_THAT(parse_string_set({}, ETH_SS_STATS_STD), IsEmpty());
}

/// A driver whose answers the test writes.
class WrittenStats : public StandardStatsSource {
 public:
  std::vector<std::string> strings(std::uint32_t set) override {
    if (set == ETH_SS_STATS_STD) return {"eth-phy", "eth-mac", "eth-ctrl", "rmon"};
    if (set == ETH_SS_STATS_ETH_MAC) return {"FramesTransmittedOK"};
    return {};
  }
  bool read(const std::string&, std::vector<StandardValue>& out) override {
    parse_standard_stats(answer, out);
    return is_there;
  }
  Bytes answer;
  bool is_there = true;
};

constexpr Metric kMetric{"ethtool.standard_statistic", "count", MetricKind::counter, "", "", ""};

void take_row(StandardStatistics& statistics, Recorder& recorder) {
  recorder.begin_row(0);
  statistics.sample(recorder);
  recorder.end_row(0);
}

TEST(StandardStatistics, HaveTheKernelsNames) {
  WrittenStats driver;
  driver.answer = reply();
  Recorder recorder(2);
  StandardStatistics statistics("eth0", "mlx5_core", kMetric, driver, recorder);
  EXPECT_FALSE(statistics.empty());
  take_row(statistics, recorder);
  const SampleBlock block = recorder.take("", "");
  ASSERT_EQ(block.series.size(), 5U);
  EXPECT_EQ(to_string(block.series[0].labels),
            "device=eth0,driver=mlx5_core,group=eth-mac,statistic=FramesTransmittedOK");
  EXPECT_EQ(label(block.series[1].labels, "statistic"), "1") << "a name that the kernel does not tell";
  EXPECT_EQ(to_string(block.series[3].labels),
            "device=eth0,direction=rx,driver=mlx5_core,group=rmon,statistic=etherStatsPkts65to127Octets");
  EXPECT_EQ(label(block.series[4].labels, "direction"), "tx");
  EXPECT_THAT(block.columns,
              ElementsAre(ElementsAre(100), ElementsAre(5), ElementsAre(1), ElementsAre(8), ElementsAre(9)));
}

TEST(StandardStatistics, FollowWhatTheDriverTells) {
  WrittenStats driver;
  driver.answer = group(1, ETH_SS_STATS_ETH_MAC, statistic(0, 100));
  Recorder recorder(4);
  StandardStatistics statistics("eth0", "ice", kMetric, driver, recorder);
  take_row(statistics, recorder);
  driver.answer = group(1, ETH_SS_STATS_ETH_MAC, statistic(3, 50) + statistic(0, 101));
  take_row(statistics, recorder);
  driver.answer = group(1, ETH_SS_STATS_ETH_MAC, statistic(3, 51));
  take_row(statistics, recorder);
  driver.is_there = false;
  take_row(statistics, recorder);
  EXPECT_THAT(recorder.take("", "").columns,
              ElementsAre(ElementsAre(100, 101, kAbsent, kAbsent), ElementsAre(kAbsent, 50, 51, kAbsent)));
}

TEST(StandardStatistics, OfADriverWithoutThem) {
  WrittenStats driver;
  driver.answer = header();
  Recorder recorder(1);
  EXPECT_TRUE(StandardStatistics("eth0", "igb", kMetric, driver, recorder).empty());
  EXPECT_EQ(recorder.columns(), 0U);
}

// Needs no device that has them: the names are the kernel's.
TEST(EthtoolNetlink, ThisKernelNamesTheGroups) {
  auto netlink = EthtoolNetlink::open();
  if (!netlink) GTEST_SKIP() << netlink.error().text();
  const auto groups = netlink->strings(ETH_SS_STATS_STD);
  if (!groups || groups->empty()) GTEST_SKIP() << "a kernel before 5.13";
  ASSERT_GE(groups->size(), 4U);
  EXPECT_EQ(groups->at(ETHTOOL_STATS_ETH_MAC), "eth-mac");
  EXPECT_EQ(groups->at(ETHTOOL_STATS_RMON), "rmon");
  const auto names = netlink->strings(ETH_SS_STATS_ETH_MAC);
  ASSERT_TRUE(names) << names.error().text();
  EXPECT_EQ(names->at(ETHTOOL_A_STATS_ETH_MAC_2_TX_PKT), "FramesTransmittedOK");
}

TEST(EthtoolNetlink, ADeviceWithoutThemAnswersNothing) {
  auto netlink = EthtoolNetlink::open();
  if (!netlink) GTEST_SKIP() << netlink.error().text();
  std::vector<StandardValue> values;
  const auto none = netlink->read_standard_stats("no-such-device", 4, values);
  EXPECT_FALSE(none);
  const auto answered = netlink->read_standard_stats("lo", 4, values);
  EXPECT_TRUE(answered || answered.error().text().find("refused") != std::string::npos) << answered.error().text();
  EXPECT_THAT(values, IsEmpty());
}

}  // namespace
}  // namespace sriov
