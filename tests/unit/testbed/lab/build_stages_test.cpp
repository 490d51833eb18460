// How far a build is: stages of scripts as fractions.
#include "testbed/lab/build_stages.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/text.h"
#include "host/file.h"

namespace sriov::lab {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

TEST(LabBuildStages, AreReadFromTheScript) {
  const auto stages = expected_stages(
      "#!/bin/bash\n"
      "stage \"one: a\" 5\n"
      "  stage \"indented: no line of its own\" 7\n"
      "stage \"no seconds\"\n"
      "stage \"bad\" x\n"
      "stage \"not closed 3\n"
      "stage \"two\" 15\n"
      "stage() { :; }");
  ASSERT_EQ(stages.size(), 2U);
  EXPECT_EQ(stages[0].name, "one: a");
  EXPECT_EQ(stages[0].seconds, 5);
  EXPECT_EQ(stages[1].name, "two");
  EXPECT_EQ(stages[1].seconds, 15);
}

TEST(LabBuildStages, EachStageOfTheShippedScriptsIsExpected) {
  for (const char* script : {"build-root.sh", "build-hypervisor.sh"}) {
    const std::string text = read_file(std::string(SRIOV_CONFIGS "/lab/") + script).value_or("");
    const auto lines = split(text, '\n');
    const auto calls = std::ranges::count_if(
        lines, [](const std::string& line) { return line.find("stage \"") != std::string::npos; });
    EXPECT_GT(calls, 0) << script;
    EXPECT_EQ(expected_stages(text).size(), static_cast<std::size_t>(calls)) << script;
  }
}

class LabBuildStagesInTime : public ::testing::Test {
 protected:
  double fraction(const std::string& name, double seconds) {
    return stages_.at(name, static_cast<std::int64_t>(seconds * kSecondNs)).fraction;
  }

  BuildStages stages_{{{"one", 10}, {"two", 30}}};
};

TEST_F(LabBuildStagesInTime, GoesFromZeroToOne) {
  EXPECT_DOUBLE_EQ(fraction("one", 100), 0);
  EXPECT_DOUBLE_EQ(fraction("one", 105), 0.125);
  EXPECT_DOUBLE_EQ(fraction("two", 110), 0.25);
  EXPECT_DOUBLE_EQ(fraction("two", 125), 0.625);
  EXPECT_DOUBLE_EQ(fraction("two", 140), 1);
  EXPECT_LT(fraction("two", 141), 0);
}

TEST_F(LabBuildStagesInTime, WaitsForAStageThatTakesLonger) {
  (void)fraction("one", 0);
  EXPECT_DOUBLE_EQ(fraction("one", 20), 0.25);
  EXPECT_DOUBLE_EQ(fraction("two", 20), 0.25);
  EXPECT_DOUBLE_EQ(fraction("two", 50), 0.625);  // Twice as long is expected of all now.
}

TEST_F(LabBuildStagesInTime, AFastStageCountsInFull) {
  (void)fraction("one", 0);
  EXPECT_DOUBLE_EQ(fraction("two", 1), 0.25);
  EXPECT_DOUBLE_EQ(fraction("two", 16), 0.625);
}

TEST_F(LabBuildStagesInTime, NeverGoesBack) {
  (void)fraction("one", 0);
  (void)fraction("two", 10);
  EXPECT_DOUBLE_EQ(fraction("one", 25), 0.625);
  EXPECT_DOUBLE_EQ(fraction("unknown", 25), 0.625);
  EXPECT_EQ(stages_.at("unknown", 0).name, "unknown");
}

TEST(LabBuildStages, WithoutExpectationsThereIsNoFraction) {
  BuildStages stages({});
  EXPECT_LT(stages.at("one", 0).fraction, 0);
}

}  // namespace
}  // namespace sriov::lab
