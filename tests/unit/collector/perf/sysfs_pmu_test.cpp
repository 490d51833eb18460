// What sysfs says of a PMU: the languages of format and events, and whole PMUs as the kernel writes them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/perf/sysfs_pmu.h"
#include "tests/unit/support/written_tree.h"

namespace sriov {
namespace {

using test::WrittenTree;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kDevices = "/sys/bus/event_source/devices/";

std::uint64_t written(std::string_view format, std::uint64_t value) {
  PmuConfig config{};
  const auto field = parse_pmu_field(format);
  EXPECT_TRUE(field) << format;
  if (field) field->write(value, config);
  return config[field ? field->word : 0];
}

TEST(PmuField, PutsAValueIntoItsBits) {
  EXPECT_EQ(parse_pmu_field("config1:16-31")->word, 1U);
  EXPECT_EQ(parse_pmu_field("config2:0-21\n")->word, 2U);
  EXPECT_EQ(written("config:0-7", 0x20), 0x20U);
  EXPECT_EQ(written("config1:16-31", 0x182), 0x182'0000U);
  EXPECT_EQ(written("config1:0", 1), 1U);
  EXPECT_EQ(written("config:0-7,32-35", 0xABC), 0xA'0000'00BCU);
  EXPECT_EQ(written("config:0-63", ~std::uint64_t{0}), ~std::uint64_t{0});
  EXPECT_EQ(written("config:28-31", 0xFF), 0xF000'0000U) << "what does not fit is cut off, and does not spill";
}

TEST(PmuField, KnowsWhatFits) {
  EXPECT_TRUE(parse_pmu_field("config:28-31")->holds(0xF));
  EXPECT_FALSE(parse_pmu_field("config:28-31")->holds(0x10));
  EXPECT_TRUE(parse_pmu_field("config:0-63")->holds(~std::uint64_t{0}));
}

TEST(PmuField, RefusesWhatIsNone) {
  for (const char* text : {"", "config", "config:", "config:64", "config:7-0", "config:0-64", "config3:0-7",
                           "other:0-7", "config:0-", "config:-7", "config:0-7,", "config:0x1", "config:0-40,20-63"})
    EXPECT_FALSE(parse_pmu_field(text)) << text;
}

TEST(PmuTerms, AreNamesWithValues) {
  const auto terms = parse_pmu_terms("event_group=0x3,event=0x001\n");
  ASSERT_TRUE(terms);
  EXPECT_THAT(*terms, ElementsAre(PmuTerm{"event_group", 3}, PmuTerm{"event", 1}));
  EXPECT_THAT(*parse_pmu_terms("csource=0x0a, devid=130 ,edge"),
              ElementsAre(PmuTerm{"csource", 10}, PmuTerm{"devid", 130}, PmuTerm{"edge", 1}));
  EXPECT_THAT(*parse_pmu_terms("domain=?"), ElementsAre(PmuTerm{"domain", std::nullopt}));
}

TEST(PmuTerms, RefuseWhatIsNone) {
  for (const char* text : {"", ",", "event=", "event=0x", "event=1,", "=1", "event=-1", "event=0x1FFFFFFFFFFFFFFFF",
                           "event=1=2", "a b=1", "event=0xg"})
    EXPECT_FALSE(parse_pmu_terms(text)) << text;
}

void write_dmar(const WrittenTree& tree) {
  const std::string pmu = kDevices + "dmar0";
  tree.write(pmu + "/type", "33\n");
  tree.write(pmu + "/cpumask", "0\n");
  tree.write(pmu + "/format/event", "config:0-27\n");
  tree.write(pmu + "/format/event_group", "config:28-31\n");
  tree.write(pmu + "/format/filter_requester_id", "config1:16-31\n");
  tree.write(pmu + "/events/iotlb_hit", "event_group=0x3,event=0x002\n");
  tree.write(pmu + "/events/broken", "\n");
}

TEST(SysfsPmu, EncodesEventsAndTerms) {
  const WrittenTree tree;
  write_dmar(tree);
  const auto pmu = SysfsPmu::read(tree.host(), "dmar0");
  ASSERT_TRUE(pmu) << pmu.error().text();
  EXPECT_EQ(pmu->type(), 33U);
  EXPECT_THAT(*pmu->cpus(), ElementsAre(0));
  EXPECT_THAT(pmu->event_names(), ElementsAre("iotlb_hit"));
  const auto event = pmu->encode({{"iotlb_hit", 1}, {"filter_requester_id", 0x182}});
  ASSERT_TRUE(event) << event.error().text();
  EXPECT_EQ(event->attr.type, 33U);
  EXPECT_EQ(event->attr.config, 0x3000'0002U);
  EXPECT_EQ(event->attr.config1, 0x182'0000U);
  EXPECT_EQ(event->name, "dmar0/iotlb_hit,filter_requester_id=0x182/");
  EXPECT_EQ(pmu->encode({{"event", 5}, {"iotlb_hit", 1}})->attr.config, 0x3000'0005U) << "a term overrules the event";
  EXPECT_EQ(pmu->encode({{"config", 0x77}})->attr.config, 0x77U);
}

TEST(SysfsPmu, NamesWhatIsWrongWithTerms) {
  const WrittenTree tree;
  write_dmar(tree);
  const auto pmu = SysfsPmu::read(tree.host(), "dmar0");
  ASSERT_TRUE(pmu);
  const auto unknown = pmu->encode({{"iotlb_hits", 1}});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::usage);
  EXPECT_THAT(unknown.error().text(),
              HasSubstr("dmar0: it has no event or term 'iotlb_hits' (did you mean 'iotlb_hit'?)"));
  EXPECT_THAT(pmu->encode({{"event_group", 16}}).error().text(),
              HasSubstr("event_group=0x10 does not fit into 4 bits"));
  EXPECT_THAT(pmu->encode({{"event", std::nullopt}}).error().text(), HasSubstr("needs a value"));
}

TEST(SysfsPmu, OneThatNamesNothingSaysHowToGoOn) {
  const WrittenTree tree;
  tree.write("/sys/bus/event_source/devices/software/type", "1\n");
  const auto pmu = SysfsPmu::read(tree.host(), "software");
  ASSERT_TRUE(pmu) << pmu.error().text();
  EXPECT_EQ(pmu->encode({{"xx", 1}}).error().text(),
            "software: it has no event or term 'xx' (sysfs names none of its events: software/config=NUMBER/)");
}

TEST(SysfsPmu, AParameterOfAnEventMustBeGiven) {
  const WrittenTree tree;
  write_dmar(tree);
  tree.write(kDevices + "dmar0/events/of_group", "event=0x7,event_group=?\n");
  const auto pmu = SysfsPmu::read(tree.host(), "dmar0");
  EXPECT_THAT(pmu->encode({{"of_group", 1}}).error().text(), HasSubstr("term 'event_group' needs a value"));
  EXPECT_EQ(pmu->encode({{"of_group", 1}, {"event_group", 2}})->attr.config, 0x2000'0007U);
}

TEST(SysfsPmu, ScaleAndUnitBelongToTheirEvent) {
  const WrittenTree tree;
  const std::string pmu = kDevices + "uncore_imc_0";
  tree.write(pmu + "/type", "15\n");
  tree.write(pmu + "/cpumask", "0,16\n");
  tree.write(pmu + "/format/event", "config:0-7\n");
  tree.write(pmu + "/events/cas_count_read", "event=0x04\n");
  tree.write(pmu + "/events/cas_count_read.scale", "6.103515625e-5\n");
  tree.write(pmu + "/events/cas_count_read.unit", "MiB\n");
  const auto read = SysfsPmu::read(tree.host(), "uncore_imc_0");
  ASSERT_TRUE(read);
  EXPECT_THAT(read->event_names(), ElementsAre("cas_count_read"));
  EXPECT_DOUBLE_EQ(read->event("cas_count_read")->scale, 6.103515625e-5);
  EXPECT_EQ(read->event("cas_count_read")->unit, "MiB");
  EXPECT_THAT(*read->cpus(), ElementsAre(0, 16));
}

TEST(SysfsPmu, APmuOfTheCpusHasNoCpumask) {
  const WrittenTree tree;
  tree.write(kDevices + "cpu/type", "4\n");
  EXPECT_FALSE(SysfsPmu::read(tree.host(), "cpu")->cpus());
  tree.write(kDevices + "cpu_core/type", "4\n");
  tree.write(kDevices + "cpu_core/cpus", "0-3\n");
  EXPECT_THAT(*SysfsPmu::read(tree.host(), "cpu_core")->cpus(), ElementsAre(0, 1, 2, 3));
}

TEST(SysfsPmu, NumberedOnesAreInTheOrderOfTheirNumbers) {
  const WrittenTree tree;
  for (const char* name : {"uncore_iio_10", "uncore_iio_2", "uncore_iio_free_running_0", "uncore_iio_0", "dmar0"})
    tree.write(kDevices + name + "/type", "20\n");
  EXPECT_THAT(SysfsPmu::numbered(tree.host(), "uncore_iio_"),
              ElementsAre("uncore_iio_0", "uncore_iio_2", "uncore_iio_10"));
}

TEST(SysfsPmu, RefusesWhatIsNoPmu) {
  const WrittenTree tree;
  EXPECT_FALSE(SysfsPmu::read(tree.host(), "dmar0"));
  for (const char* type : {"", "no number", "-1", "4294967296"}) {
    tree.write(kDevices + "dmar0/type", type);
    EXPECT_FALSE(SysfsPmu::read(tree.host(), "dmar0")) << type;
  }
}

}  // namespace
}  // namespace sriov
