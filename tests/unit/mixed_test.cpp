// Several workloads at once over loopback.
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

TEST(Mixed, RunsItsPartsAtOnceAndTellsThemApart) {
  WorkloadSpec spec = spec_of("mixed");
  ASSERT_TRUE(set_workload_option(spec, "parts", "tcp_stream:2,udp_rr:1"));
  const Reports reports = run_both(spec);
  ASSERT_BOTH(reports);
  EXPECT_GT(value(reports.server, "tcp_stream.bytes_received"), 0);
  EXPECT_GT(value(reports.client, "udp_rr.transactions"), 0);
  EXPECT_NEAR(value(reports.client, "bytes_sent"),
              value(reports.client, "tcp_stream.bytes_sent") + value(reports.client, "udp_rr.bytes_sent"), 0.5);
  ASSERT_TRUE(reports.client->latency_ns);
  EXPECT_EQ(static_cast<double>(reports.client->latency_ns->count()), value(reports.client, "udp_rr.transactions"));
}

TEST(Mixed, RefusesPartsThatAreNone) {
  WorkloadSpec spec = spec_of("mixed");
  for (const char* bad : {"", "tcp_rr", "tcp_rr:0", "tcp_rr:1,tcp_rr:2", "mixed:1", "no_such:1", "tcp_rr:1,"})
    EXPECT_FALSE(set_workload_option(spec, "parts", bad)) << bad;
}

}  // namespace
}  // namespace sriov
