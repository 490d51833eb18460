// Many connections on few threads over loopback.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/support/both_sides.h"

namespace sriov {
namespace {

using test::kMs;
using test::Reports;
using test::run_both;
using test::spec_of;
using test::value;
using testing::HasSubstr;

TEST(ManyFlows, AllCarryMessagesOnFewThreads) {
  WorkloadSpec spec = spec_of("many_flows");
  spec.message_bytes = 500;
  spec.streams = 2;
  ASSERT_TRUE(set_workload_option(spec, "flows", "301"));
  const Reports reports = run_both(spec);
  ASSERT_BOTH(reports);
  EXPECT_EQ(value(reports.client, "flows"), 301);
  EXPECT_EQ(value(reports.server, "flows"), 301);
  EXPECT_EQ(value(reports.server, "flows_silent"), 0);
  EXPECT_GT(value(reports.server, "bytes_received"), 0);
  EXPECT_EQ(value(reports.server, "total_bytes_received"), value(reports.client, "total_bytes_sent"));
}

TEST(ManyFlows, NeedAFlowForEveryStream) {
  WorkloadSpec spec = spec_of("many_flows");
  spec.streams = 8;
  ASSERT_TRUE(set_workload_option(spec, "flows", "7"));
  const auto port = WorkloadRegistry::instance().make("many_flows")->make_client()->prepare(spec);
  ASSERT_FALSE(port);
  EXPECT_THAT(port.error().text(), HasSubstr("7 flows are too few for 8 streams"));
}

}  // namespace
}  // namespace sriov
