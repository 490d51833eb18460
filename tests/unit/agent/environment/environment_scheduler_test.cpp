// Xen's scheduler parameters, as xl prints them.
#include <gtest/gtest.h>

#include "agent/environment/environment_parts.h"
#include "host/file.h"

namespace sriov::environment {
namespace {

TEST(SchedulerParameters, OfTheCapture) {
  const auto parameters =
      scheduler_parameters(read_file(SRIOV_FIXTURES "/captures/dom0/xl_sched_credit2.txt").value_or(""));
  EXPECT_EQ(parameters, nlohmann::json::parse(R"({"pools": {"Pool-0": {"ratelimit": "1000us"}},
      "domains": {"Domain-0": {"weight": 256, "cap": 0}, "hvm1": {"weight": 256, "cap": 0}}})"));
}

TEST(SchedulerParameters, OfSeveralPools) {
  const auto parameters = scheduler_parameters(
      "Cpupool Pool-0: tslice=30ms ratelimit=1000us migration-delay=0us\n"
      "Name                                ID Weight  Cap\n"
      "Domain-0                             0    512    0\n"
      "Cpupool fast: tslice=5ms\n"
      "Name                                ID Weight  Cap\n"
      "two words                            3    128   50\n");
  EXPECT_EQ(parameters["pools"]["Pool-0"]["migration-delay"], "0us");
  EXPECT_EQ(parameters["pools"]["fast"], nlohmann::json::parse(R"({"tslice": "5ms"})"));
  EXPECT_EQ(parameters["domains"]["two words"], nlohmann::json::parse(R"({"weight": 128, "cap": 50})"));
}

TEST(SchedulerParameters, OfOtherTextAreNone) {
  for (const char* text :
       {"", "\n", "xl: unknown command\n", "Name ID\nx\n", "Name  ID Weight\na b c\n", "Cpupool :\n"})
    EXPECT_TRUE(scheduler_parameters(text).is_null() || scheduler_parameters(text)["domains"].empty()) << text;
}

}  // namespace
}  // namespace sriov::environment
