// Trace lines of the emulated VT-d, as QEMU 10.0 writes them.
#include "collector/iotlb/vtd_trace_text.h"

#include <vector>

#include <gtest/gtest.h>

namespace sriov {
namespace {

constexpr std::string_view kHit =
    "vtd_iotlb_page_hit IOTLB page hit sid 0x180 iova 0x3f2a1000 slpte 0x7f000003 domain 0x1";

TEST(VtdTrace, TellsHitsMissesAndInvalidations) {
  const auto hit = parse_vtd_trace(kHit);
  ASSERT_TRUE(hit);
  EXPECT_EQ(hit->event, VtdEvent::hit);
  EXPECT_EQ(hit->requester, 0x180);
  const auto fill = parse_vtd_trace(
      "4711@1700000000.000123:vtd_iotlb_page_update IOTLB page update sid 0x182 iova 0x1000 slpte 0x3 domain 0x2");
  ASSERT_TRUE(fill);
  EXPECT_EQ(fill->event, VtdEvent::fill);
  EXPECT_EQ(fill->requester, 0x182);
  const auto drop = parse_vtd_trace("vtd_inv_desc_iotlb_pages iotlb invalidate domain 0x1 addr 0x1000 mask 0x0");
  ASSERT_TRUE(drop);
  EXPECT_EQ(drop->event, VtdEvent::invalidate);
  EXPECT_FALSE(drop->requester);
}

TEST(VtdTrace, OtherEventsAndDamagedLinesAreNothing) {
  for (const std::string_view line :
       {"", ":", "vtd_iotlb_cc_hit IOTLB context hit bus 0x1 devfn 0x80 high 0x1 low 0x2 gen 1",
        "vtd_iotlb_page_hit IOTLB page hit sid", "vtd_iotlb_page_hit IOTLB page hit sid 0x1",
        "vtd_iotlb_page_hit IOTLB page hit sid 0x12345 iova 0x1", "12@3.4 vtd_iotlb_page_hit IOTLB page hit sid 0x1 "})
    EXPECT_FALSE(parse_vtd_trace(line)) << line;
}

TEST(VtdTrace, LinesAreWholeHoweverTheBytesCome) {
  const std::string text = std::string(kHit) + "\n" + std::string(600, 'x') + "\n" + std::string(kHit) + "\nvtd_iotlb";
  for (std::size_t portion = 1; portion < 100; ++portion) {
    VtdTraceStream stream;
    int hits = 0;
    for (std::size_t at = 0; at < text.size(); at += portion)
      stream.feed(std::string_view(text).substr(at, portion), [&](const VtdTraceLine& line) {
        EXPECT_EQ(line.requester, 0x180);
        ++hits;
      });
    EXPECT_EQ(hits, 2) << portion;
  }
}

TEST(VtdTrace, RequestersArePciAddresses) {
  EXPECT_EQ(requester_address(0x180), "0000:01:10.0");
  EXPECT_EQ(requester_address(0x182), "0000:01:10.2");
  EXPECT_EQ(requester_address(0x200), "0000:02:00.0");
}

}  // namespace
}  // namespace sriov
