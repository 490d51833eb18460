// What the kernel says of VFs, as bytes: complete, cut, lying about lengths, and full of zeros that mean nothing.
#include "collector/vf/vf_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if_link.h>

#include "core/sample_block.h"
#include "tests/unit/support/netlink_bytes.h"

namespace sriov {
namespace {

using test::attribute;
using test::Bytes;
using test::bytes_of;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

Bytes counter(int type, std::uint64_t value) { return attribute(type, bytes_of(value)); }

Bytes mac_of(std::uint32_t vf) {
  ifla_vf_mac mac{};
  mac.vf = vf;
  return attribute(IFLA_VF_MAC, bytes_of(mac));
}

/// Counters first, first + 1, … in the order of VfCounters.
Bytes statistics(std::uint64_t first) {
  return attribute(IFLA_VF_STATS, counter(IFLA_VF_STATS_RX_PACKETS, first + kVfRxPackets) +
                                      counter(IFLA_VF_STATS_TX_PACKETS, first + kVfTxPackets) +
                                      counter(IFLA_VF_STATS_RX_BYTES, first + kVfRxBytes) +
                                      counter(IFLA_VF_STATS_TX_BYTES, first + kVfTxBytes) +
                                      counter(IFLA_VF_STATS_BROADCAST, first + kVfRxBroadcast) +
                                      counter(IFLA_VF_STATS_MULTICAST, first + kVfRxMulticast) +
                                      attribute(IFLA_VF_STATS_PAD, {}) +
                                      counter(IFLA_VF_STATS_RX_DROPPED, first + kVfRxDropped) +
                                      counter(IFLA_VF_STATS_TX_DROPPED, first + kVfTxDropped));
}

Bytes vf(std::uint32_t index, std::uint64_t first) {
  return attribute(IFLA_VF_INFO, mac_of(index) + statistics(first));
}

Bytes count_of(std::uint32_t vfs) { return attribute(IFLA_NUM_VF, bytes_of(vfs)); }

VfMessage parsed(const Bytes& bytes) {
  VfMessage message;
  parse_vf_message(bytes, message);
  return message;
}

TEST(VfMessage, HasTheCountersOfEachVf) {
  const VfMessage message = parsed(attribute(IFLA_IFNAME, Bytes(5)) + count_of(2) +
                                   attribute(IFLA_VFINFO_LIST | NLA_F_NESTED, vf(0, 100) + vf(1, 200)));
  EXPECT_EQ(message.vf_count, 2U);
  ASSERT_EQ(message.vfs.size(), 2U);
  EXPECT_EQ(message.vfs[0].index, 0U);
  EXPECT_THAT(message.vfs[0].counters, ElementsAre(100, 101, 102, 103, 104, 105, 106, 107));
  EXPECT_EQ(message.vfs[1].index, 1U);
  EXPECT_THAT(message.vfs[1].counters, ElementsAre(200, 201, 202, 203, 204, 205, 206, 207));
}

TEST(VfMessage, WhatAnOlderKernelDoesNotSayIsAbsent) {
  const Bytes no_drops = attribute(IFLA_VF_STATS, counter(IFLA_VF_STATS_RX_BYTES, 5));
  const VfMessage message = parsed(
      attribute(IFLA_VFINFO_LIST, attribute(IFLA_VF_INFO, mac_of(3) + no_drops) + attribute(IFLA_VF_INFO, mac_of(4))));
  ASSERT_EQ(message.vfs.size(), 2U);
  EXPECT_EQ(message.vfs[0].counters[kVfRxBytes], 5);
  EXPECT_EQ(message.vfs[0].counters[kVfRxDropped], kAbsent);
  EXPECT_THAT(message.vfs[1].counters, Each(kAbsent)) << "asked without statistics, or a kernel before 4.2";
  EXPECT_FALSE(message.vf_count);
}

TEST(VfMessage, OfADeviceThatIsNoPf) { EXPECT_THAT(parsed(attribute(IFLA_IFNAME, Bytes(5))).vfs, IsEmpty()); }

// The list's length has 16 bits: of 300 VFs the kernel can say some, and the length that it then writes may be
// anything.
TEST(VfMessage, AListThatOverflowsItsLengthLosesVfsAndNothingElse) {
  Bytes list;
  for (std::uint32_t i = 0; i < 600; ++i) list = list + vf(i, 1000);
  ASSERT_GT(list.size(), 65536U);
  Bytes whole = attribute(IFLA_VFINFO_LIST, list);  // Writes the length modulo 65536.
  const VfMessage message = parsed(count_of(600) + whole);
  EXPECT_EQ(message.vf_count, 600U);
  EXPECT_LT(message.vfs.size(), 600U);
  for (const VfReading& reading : message.vfs) EXPECT_EQ(reading.counters[kVfRxBytes], 1000);
}

TEST(VfMessage, CutAnywhereItNeverInventsAVf) {
  const Bytes whole = count_of(2) + attribute(IFLA_VFINFO_LIST, vf(0, 100) + vf(1, 200));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const VfMessage message = parsed(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    EXPECT_THAT(message.vfs, IsEmpty()) << "the list is not whole at " << size;
  }
}

TEST(VfMessage, WhatIsNoCounterIsAbsent) {
  const Bytes odd = attribute(IFLA_VF_STATS, counter(IFLA_VF_STATS_RX_BYTES, ~std::uint64_t{0}) +
                                                 attribute(IFLA_VF_STATS_TX_BYTES, Bytes(4)) + counter(77, 5));
  const VfMessage message = parsed(
      attribute(IFLA_VFINFO_LIST, attribute(IFLA_VF_INFO, mac_of(0) + odd) + attribute(IFLA_VF_INFO, mac_of(70000))));
  ASSERT_EQ(message.vfs.size(), 1U) << "no PCI function has a VF 70000";
  EXPECT_THAT(message.vfs[0].counters, Each(kAbsent));
}

VfMessage reading(std::initializer_list<std::int64_t> rx_bytes) {
  VfMessage message;
  unsigned index = 0;
  for (const std::int64_t bytes : rx_bytes) {
    VfReading& vf = message.vfs.emplace_back();
    vf.index = index++;
    vf.counters[kVfRxBytes] = bytes;
  }
  return message;
}

std::vector<std::int64_t> judged(VfEvidence& evidence, std::initializer_list<std::int64_t> rx_bytes) {
  VfMessage message = reading(rx_bytes);
  evidence.judge(message);
  std::vector<std::int64_t> out;
  for (const VfReading& vf : message.vfs) {
    out.push_back(vf.counters[kVfRxBytes]);
    EXPECT_EQ(vf.counters[kVfTxDropped], out.back() == kAbsent ? kAbsent : 0) << "a row is believed as a whole";
  }
  return out;
}

TEST(VfEvidence, ZerosOfADriverThatReportsAreZeros) {
  VfEvidence evidence(true);
  EXPECT_THAT(judged(evidence, {0, 0}), ElementsAre(0, 0));
}

TEST(VfEvidence, ZerosOfAnUnknownDriverAreAbsentUntilOneMoves) {
  VfEvidence evidence(false);
  EXPECT_THAT(judged(evidence, {0, 0}), ElementsAre(kAbsent, kAbsent));
  EXPECT_FALSE(evidence.is_believed());
  EXPECT_THAT(judged(evidence, {0, 7}), ElementsAre(0, 7)) << "it reports, so the other VF is idle";
  EXPECT_TRUE(evidence.is_believed());
}

TEST(VfEvidence, ZerosOfAVfThatHasCountedAreNoAnswer) {
  VfEvidence evidence(true);
  EXPECT_THAT(judged(evidence, {500, 0}), ElementsAre(500, 0));
  EXPECT_THAT(judged(evidence, {0, 0}), ElementsAre(kAbsent, 0)) << "a driver that cannot answer while a VF resets";
  EXPECT_THAT(judged(evidence, {600, 3}), ElementsAre(600, 3));
}

}  // namespace
}  // namespace sriov
