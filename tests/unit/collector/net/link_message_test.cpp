// What the kernel says of a network device, as bytes: from kernels of different age, and cut.
#include "collector/net/link_message.h"

#include <cstddef>

#include <gtest/gtest.h>

#include "core/sample_block.h"
#include "tests/unit/support/netlink_bytes.h"

namespace sriov {
namespace {

using test::attribute;
using test::Bytes;
using test::bytes_of;
using test::bytes_of_text;

rtnl_link_stats64 some_counters() {
  rtnl_link_stats64 counters{};
  counters.rx_packets = 1;
  counters.rx_bytes = 1500;
  counters.rx_missed_errors = 7;
  counters.rx_nohandler = 8;
  return counters;
}

/// As long as the structure of a kernel that ends before a field.
Bytes cut_before(std::size_t field_offset) {
  Bytes bytes = bytes_of(some_counters());
  bytes.resize(field_offset);
  return bytes;
}

TEST(LinkMessage, HasTheCounters) {
  const auto counters =
      parse_link_counters(attribute(IFLA_IFNAME, bytes_of_text("eth0")) +
                              attribute(IFLA_STATS64, bytes_of(some_counters())) + attribute(IFLA_MTU, Bytes(4)),
                          IFLA_STATS64);
  ASSERT_TRUE(counters);
  EXPECT_EQ(counters->value(&rtnl_link_stats64::rx_packets), 1);
  EXPECT_EQ(counters->value(&rtnl_link_stats64::rx_bytes), 1500);
  EXPECT_EQ(counters->value(&rtnl_link_stats64::rx_missed_errors), 7);
  EXPECT_EQ(counters->value(&rtnl_link_stats64::rx_nohandler), 8);
  EXPECT_EQ(counters->value(&rtnl_link_stats64::tx_bytes), 0) << "told as 0 is 0";
}

TEST(LinkMessage, WhatAnOlderKernelDoesNotTellIsAbsent) {
  const auto counters = parse_link_counters(
      attribute(IFLA_STATS_LINK_64, cut_before(offsetof(rtnl_link_stats64, rx_nohandler))), IFLA_STATS_LINK_64);
  ASSERT_TRUE(counters);
  EXPECT_EQ(counters->value(&rtnl_link_stats64::rx_missed_errors), 7);
  EXPECT_EQ(counters->value(&rtnl_link_stats64::rx_nohandler), kAbsent);
}

TEST(LinkMessage, ACounterThatIsCutIsAbsent) {
  const LinkCounters counters{cut_before(offsetof(rtnl_link_stats64, rx_nohandler) + 4)};
  EXPECT_EQ(counters.value(&rtnl_link_stats64::tx_compressed), 0);
  EXPECT_EQ(counters.value(&rtnl_link_stats64::rx_nohandler), kAbsent);
  EXPECT_EQ(LinkCounters().value(&rtnl_link_stats64::rx_packets), kAbsent);
}

TEST(LinkMessage, ANewerKernelTellsMore) {
  const LinkCounters counters{bytes_of(some_counters()) + Bytes(16)};
  EXPECT_EQ(counters.value(&rtnl_link_stats64::rx_nohandler), 8);
}

TEST(LinkMessage, WithoutCountersHasNone) {
  EXPECT_FALSE(parse_link_counters(attribute(IFLA_IFNAME, bytes_of_text("eth0")), IFLA_STATS64));
  EXPECT_FALSE(parse_link_counters({}, IFLA_STATS64));
}

TEST(LinkMessage, HasTheName) {
  EXPECT_EQ(parse_link_name(attribute(IFLA_MTU, Bytes(4)) + attribute(IFLA_IFNAME, bytes_of_text("eth0"))), "eth0");
  Bytes endless = bytes_of_text("eth0");
  endless.pop_back();
  EXPECT_EQ(parse_link_name(attribute(IFLA_IFNAME, endless)), "eth0");
  EXPECT_EQ(parse_link_name(attribute(IFLA_MTU, Bytes(4))), "");
}

}  // namespace
}  // namespace sriov
