#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "collector/vf_drivers.h"
#include "host/file.h"
#include "testbed/doctor/report.h"
#include "testbed/doctor/tree_shell.h"

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

}  // namespace
}  // namespace sriov::doctor
