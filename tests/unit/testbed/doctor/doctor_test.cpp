#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "collector/vf/vf_drivers.h"
#include "host/file.h"
#include "testbed/doctor/doctor_report.h"
#include "testbed/doctor/tree_shell.h"
#include "tests/unit/support/written_tree.h"

namespace sriov::doctor {
namespace {

/// The report on a captured tree, without the collectors: what they say is theirs to test.
Report report_on(const std::string& tree) {
  const std::string root = std::string(SRIOV_FIXTURES) + "/trees/" + tree;
  TreeShell shell(root);
  Report report = examine({Host::at(root), shell});
  std::erase_if(report, [](const ReportEntry& entry) { return entry.section == Section::collectors; });
  return report;
}

std::string golden(const std::string& name) {
  return read_file(std::string(SRIOV_GOLDEN) + "/" + name).value_or("no such golden file");
}

TEST(Doctor, Dom0Golden) { EXPECT_EQ(to_text(report_on("doctor-dom0"), false), golden("doctor-dom0.txt")); }

TEST(Doctor, GuestGolden) { EXPECT_EQ(to_text(report_on("doctor-guest"), false), golden("doctor-guest.txt")); }

TEST(Doctor, JsonHasEveryFinding) {
  const Report report = report_on("doctor-dom0");
  const auto json = nlohmann::json::parse(to_json(report));
  EXPECT_EQ(json["format"], 1);
  ASSERT_EQ(json["findings"].size(), report.size());
  int counted = 0;
  for (const auto& count : json["counts"]) counted += count.get<int>();
  EXPECT_EQ(static_cast<std::size_t>(counted), report.size());
}

TEST(Doctor, ColorOnlyWhenAsked) {
  const Report report = report_on("doctor-guest");
  EXPECT_EQ(to_text(report, false).find('\033'), std::string::npos);
  EXPECT_NE(to_text(report, true).find('\033'), std::string::npos);
}

TEST(Doctor, KnowsWhichDriversReportPerVf) {
  EXPECT_EQ(vf_counter_driver("igb")->support, VfCounterSupport::no);
  EXPECT_EQ(vf_counter_driver("ice")->support, VfCounterSupport::yes);
  EXPECT_EQ(vf_counter_driver("bnxt_en")->support, VfCounterSupport::unproven);
  EXPECT_FALSE(vf_counter_driver("e1000e"));
}

const Finding* find(const Report& report, const std::string& subject) {
  for (const ReportEntry& entry : report)
    if (entry.finding.subject == subject) return &entry.finding;
  return nullptr;
}

TEST(Doctor, TellsWhoCountsTheIotlbAndWhyTheOthersDoNot) {
  const test::WrittenTree tree;
  const std::string pmu = "/sys/bus/event_source/devices/dmar0/";
  tree.write(pmu + "type", "33\n");
  tree.write(pmu + "cpumask", "0\n");
  tree.write(pmu + "format/event", "config:0-27\n");
  tree.write(pmu + "format/event_group", "config:28-31\n");
  TreeShell shell(tree.path());
  const Report without = examine({tree.host(), shell});
  ASSERT_NE(find(without, "IOTLB counters"), nullptr);
  EXPECT_EQ(find(without, "IOTLB counters")->status, Status::missing);
  EXPECT_THAT(find(without, "IOTLB counters")->why, testing::HasSubstr("dmar: dmar0: it has no event"));
  tree.write(pmu + "events/iotlb_lookup", "event_group=0x3,event=0x001\n");
  tree.write(pmu + "events/iotlb_hit", "event_group=0x3,event=0x002\n");
  const Report with = examine({tree.host(), shell});
  EXPECT_EQ(find(with, "IOTLB counters")->status, Status::ok);
  EXPECT_THAT(find(with, "IOTLB counters")->what,
              testing::AllOf(testing::StartsWith("dmar (Intel VT-d"), testing::HasSubstr("amd: no PMU amd_iommu_N")));
}

TEST(Doctor, TellsOfTheProcessorsCounters) {
  const test::WrittenTree tree;
  TreeShell shell(tree.path());
  EXPECT_EQ(find(examine({tree.host(), shell}), "CPU counters")->status, Status::unknown);
  tree.write("/sys/bus/event_source/devices/software/type", "1\n");
  EXPECT_EQ(find(examine({tree.host(), shell}), "CPU counters")->status, Status::missing);
  tree.write("/sys/bus/event_source/devices/cpu/type", "4\n");
  EXPECT_EQ(find(examine({tree.host(), shell}), "CPU counters")->status, Status::ok);
  tree.write("/proc/sys/kernel/nmi_watchdog", "1\n");
  EXPECT_EQ(find(examine({tree.host(), shell}), "CPU counters")->status, Status::warn);
}

}  // namespace
}  // namespace sriov::doctor
