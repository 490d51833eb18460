// Xen's performance counters: widened, told apart, added up over CPUs.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/collector.h"
#include "collector/xen/xenperf_totals.h"

namespace sriov {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

PerfDescription described(std::string_view name, std::uint32_t values) {
  PerfDescription out{{}, values};
  std::copy(name.begin(), name.end(), out.name.begin());
  return out;
}

const std::array<PerfDescription, 4> kTwoCpus{described("exceptions", 3), described("#interrupts", 2),
                                              described("number of shadow pages in use", 2), described("new array", 5)};

TEST(PerfTotals, AreSumsOverCpusOrElements) {
  PerfTotals totals;
  ASSERT_TRUE(totals.update(kTwoCpus, std::array<std::uint32_t, 12>{1, 2, 3, 10, 20, 7, 0xFFFF'FFFE, 1, 1, 1, 1, 9}));
  ASSERT_EQ(totals.counters().size(), 4U);
  EXPECT_THAT(totals.counters()[0].totals, ElementsAre(1, 2, 3));
  EXPECT_THAT(totals.counters()[1].totals, ElementsAre(30));
  EXPECT_THAT(totals.counters()[2].totals, ElementsAre(5)) << "taken on one CPU, given back on the other";
  EXPECT_TRUE(totals.counters()[2].is_level);
  EXPECT_THAT(totals.counters()[3].totals, ElementsAre(1, 1, 1, 1, 9));
}

TEST(PerfTotals, AsManyCpusAsElementsIsStillAnArray) {
  PerfTotals totals;
  const std::array<PerfDescription, 2> three{described("exceptions", 3), described("#interrupts", 3)};
  ASSERT_TRUE(totals.update(three, std::array<std::uint32_t, 6>{1, 2, 3, 4, 5, 6}));
  EXPECT_THAT(totals.counters()[0].totals, ElementsAre(1, 2, 3));
  EXPECT_THAT(totals.counters()[1].totals, ElementsAre(15));
}

TEST(PerfTotals, GoOnWhere32BitsWrap) {
  PerfTotals totals;
  const std::array<PerfDescription, 1> one{described("#interrupts", 2)};
  ASSERT_TRUE(totals.update(one, std::array<std::uint32_t, 2>{0xFFFF'FFF0, 5}));
  ASSERT_TRUE(totals.update(one, std::array<std::uint32_t, 2>{0x10, 6}));
  EXPECT_THAT(totals.counters()[0].totals, ElementsAre(0x1'0000'0010 + 6));
}

TEST(PerfTotals, AResetCountsFromZero) {
  PerfTotals totals;
  const std::array<PerfDescription, 1> one{described("#interrupts", 1)};
  ASSERT_TRUE(totals.update(one, std::array<std::uint32_t, 1>{1000}));
  ASSERT_TRUE(totals.update(one, std::array<std::uint32_t, 1>{3}));
  EXPECT_THAT(totals.counters()[0].totals, ElementsAre(1003));
}

TEST(PerfTotals, BeginAnewWhenCpusChange) {
  PerfTotals totals;
  ASSERT_TRUE(totals.update(std::array{described("#interrupts", 1)}, std::array<std::uint32_t, 1>{1000}));
  ASSERT_TRUE(totals.update(std::array{described("#interrupts", 2)}, std::array<std::uint32_t, 2>{10, 20}));
  EXPECT_THAT(totals.counters()[0].totals, ElementsAre(30));
}

TEST(PerfTotals, RefuseFewerValuesThanDescribed) {
  PerfTotals totals;
  EXPECT_FALSE(totals.update(kTwoCpus, std::array<std::uint32_t, 3>{1, 2, 3}));
  EXPECT_TRUE(totals.counters().empty());
  PerfDescription unterminated{{}, 1};
  unterminated.name.fill('x');
  ASSERT_TRUE(totals.update(std::array{unterminated}, std::array<std::uint32_t, 1>{1}));
  EXPECT_EQ(totals.counters()[0].name, std::string(80, 'x'));
}

TEST(PerfTotals, ALevelIsOneNumberHoweverManyValuesItHas) {
  PerfTotals totals;
  const std::array<PerfDescription, 2> none{described("#interrupts", 1), described("number of shadow pages in use", 0)};
  ASSERT_TRUE(totals.update(none, std::array<std::uint32_t, 1>{1}));
  EXPECT_THAT(totals.counters()[1].totals, ElementsAre(0));
  const std::array<PerfDescription, 2> more{described("#interrupts", 1), described("number of shadow pages in use", 3)};
  ASSERT_TRUE(totals.update(more, std::array<std::uint32_t, 4>{1, 5, 6, 7}));
  EXPECT_THAT(totals.counters()[1].totals, ElementsAre(18));
}

TEST(PerfTotals, HypercallsHaveNames) {
  EXPECT_EQ(hypercall_name(1), "mmu_update");
  EXPECT_EQ(hypercall_name(11), "hypercall_11");
  EXPECT_EQ(hypercall_name(20), "grant_table_op");
  EXPECT_EQ(hypercall_name(32), "event_channel_op");
  EXPECT_EQ(hypercall_name(41), "dm_op");
  EXPECT_EQ(hypercall_name(48), "arch_0");
  EXPECT_EQ(hypercall_name(63), "hypercall_63");
}

TEST(XenCollectors, SayWhyTheyDoNotWorkHere) {
  const Host tree = Host::at(SRIOV_FIXTURES "/trees/guest");
  for (const char* name : {"vmexit", "xenperf"}) {
    const auto collector = CollectorRegistry::instance().make(name);
    ASSERT_TRUE(collector) << name;
    const auto usable = collector->probe(tree);
    ASSERT_FALSE(usable) << name;
    EXPECT_THAT(usable.error().text(), HasSubstr("dom0")) << name;
    EXPECT_EQ(usable.error().kind, ErrorKind::environment) << name;
  }
}

TEST(XenCollectors, RefuseOptionsThatMakeNoSense) {
  Recorder recorder(1);
  const auto open = [&recorder](const CollectorOptions& options) {
    return CollectorRegistry::instance().make("vmexit")->open(Host{}, options, recorder);
  };
  for (const CollectorOptions& options :
       {CollectorOptions{{"buffer_pages", "0"}}, CollectorOptions{{"buffer_pages", "many"}},
        CollectorOptions{{"poll", "0ms"}}, CollectorOptions{{"poll", "20"}}}) {
    const auto opened = open(options);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::usage) << opened.error().text();
  }
}

}  // namespace
}  // namespace sriov
