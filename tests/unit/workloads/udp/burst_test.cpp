// Uneven arrivals of datagrams over loopback, and traces of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/file.h"
#include "tests/unit/support/both_sides.h"
#include "tests/unit/support/temporary_directory.h"
#include "workloads/udp/arrival_trace.h"

namespace sriov {
namespace {

using test::kMs;
using test::Reports;
using test::run_both;
using test::spec_of;
using test::value;
using testing::HasSubstr;

TEST(Burst, SendsInBurstsAndIsSilentBetween) {
  WorkloadSpec spec = spec_of("burst");
  spec.message_bytes = 200;
  spec.warmup_ns = 0;
  spec.duration_ns = 400 * kMs;
  for (const auto& [option, text] :
       {std::pair("datagrams_per_s", "2000"), std::pair("on", "20ms"), std::pair("off", "80ms")})
    ASSERT_TRUE(set_workload_option(spec, option, text));
  const Reports reports = run_both(spec);
  ASSERT_BOTH(reports);
  EXPECT_NEAR(value(reports.client, "datagrams_sent"), 4 * 40, 4);  // Four bursts of 20 ms.
  EXPECT_EQ(value(reports.server, "datagrams_lost"), 0);
}

TEST(Burst, ReplaysWhatWasRecorded) {
  const test::TemporaryDirectory directory;
  const std::string file = directory.path() + "/trace.csv";
  ASSERT_TRUE(write_file(file, "gap_us,bytes\n1000,100\n500.5,1400\n8499.5,40\n"));
  WorkloadSpec spec = spec_of("burst");
  spec.warmup_ns = 0;
  spec.duration_ns = 300 * kMs;
  ASSERT_TRUE(set_workload_option(spec, "pattern", "replay"));
  ASSERT_TRUE(set_workload_option(spec, "trace", file));
  EXPECT_THAT(spec.own.at("trace"), testing::StartsWith("gap_us,bytes")) << "the other endpoint has not that file";
  const Reports reports = run_both(spec);
  ASSERT_BOTH(reports);
  const double sent = value(reports.client, "datagrams_sent");
  EXPECT_NEAR(sent, 90, 3);
  EXPECT_NEAR(value(reports.client, "bytes_sent") / sent, (100 + 1400 + 40) / 3.0, 20);
  EXPECT_EQ(value(reports.server, "total_bytes_received"), value(reports.client, "total_bytes_sent"));
}

TEST(Burst, RefusesTracesThatAreNone) {
  for (const char* bad : {"", "gap,bytes\n1,2\n", "gap_us,bytes\n", "gap_us,bytes\n0,100\n", "gap_us,bytes\n1\n",
                          "gap_us,bytes\n-1,100\n", "gap_us,bytes\nnan,100\n", "gap_us,bytes\n1,0\n",
                          "gap_us,bytes\n1,65508\n", "gap_us,bytes\n1e12,1\n"})
    EXPECT_FALSE(parse_arrival_trace(bad)) << bad;
  WorkloadSpec spec = spec_of("burst");
  EXPECT_FALSE(set_workload_option(spec, "trace", "/no/such/file"));
  ASSERT_TRUE(set_workload_option(spec, "pattern", "replay"));
  const auto port = WorkloadRegistry::instance().make("burst")->make_client()->prepare(spec);
  EXPECT_THAT(port.error().text(), HasSubstr("pattern = replay needs a trace"));
}

}  // namespace
}  // namespace sriov
