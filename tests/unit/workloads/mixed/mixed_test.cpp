// Several workloads at once over loopback.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/support/both_sides.h"
#include "workloads/mixed/mixed_intervals.h"

namespace sriov {
namespace {

using test::kMs;
using test::Reports;
using test::run_both;
using test::spec_of;
using test::value;
using testing::ElementsAre;
using testing::Ge;
using testing::IsEmpty;
using testing::SizeIs;

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

WorkloadInterval interval(std::int64_t begin_ms, double bytes, bool is_warmup = false) {
  return {begin_ms * kMs, (begin_ms + 100) * kMs, is_warmup, {{"bytes_sent", "bytes", bytes}}, {}};
}

std::vector<double> sums(const std::vector<WorkloadInterval>& intervals) {
  std::vector<double> out;
  for (const WorkloadInterval& one : intervals) out.push_back(one.measure("bytes_sent").value_or(-1));
  return out;
}

TEST(Mixed, IntervalsAddUpToTheReport) {
  WorkloadSpec spec = spec_of("mixed");
  ASSERT_TRUE(set_workload_option(spec, "parts", "tcp_stream:2,udp_rr:1"));
  spec.interval_ns = 50 * kMs;
  const Reports reports = run_both(spec);
  ASSERT_BOTH(reports);
  ASSERT_THAT(reports.client->intervals, SizeIs(Ge(4)));
  double bytes = 0;
  double transactions = 0;
  for (const WorkloadInterval& one : reports.client->intervals) {
    if (one.is_warmup) continue;
    bytes += one.measure("bytes_sent").value_or(0);
    transactions += one.measure("udp_rr.transactions").value_or(0);
  }
  EXPECT_DOUBLE_EQ(bytes, value(reports.client, "bytes_sent"));
  EXPECT_DOUBLE_EQ(transactions, value(reports.client, "udp_rr.transactions"));
}

TEST(MixedIntervals, AreToldWhenEveryPartHasGivenItsOwn) {
  std::vector<WorkloadInterval> told;
  MixedIntervals mixed({"a", "b"}, {"bytes_sent"}, [&told](const WorkloadInterval& one) { told.push_back(one); });
  mixed.put(0, interval(0, 1));
  mixed.put(0, interval(100, 2));
  EXPECT_THAT(told, IsEmpty());
  mixed.put(1, interval(3, 10));
  EXPECT_THAT(sums(told), ElementsAre(11));
  EXPECT_EQ(told[0].measure("b.bytes_sent"), 10);
  EXPECT_EQ(told[0].begin_ns, 0);
  mixed.leave(1);
  EXPECT_THAT(sums(told), ElementsAre(11, 2));
  mixed.put(0, interval(200, 3));
  EXPECT_THAT(sums(told), ElementsAre(11, 2, 3));
}

TEST(MixedIntervals, OfReportsThatKeptThemAtOtherLengthsAreNone) {
  WorkloadReport fine;
  fine.intervals = {interval(0, 1, true), interval(100, 2), interval(200, 3)};
  WorkloadReport later = fine;
  for (WorkloadInterval& one : later.intervals) one.begin_ns += 70 * kMs;  // It got going later.
  WorkloadReport coarse;
  coarse.intervals = {interval(0, 1, true), interval(100, 5)};
  coarse.intervals[1].end_ns += 100 * kMs;
  EXPECT_THAT(sums(mixed_intervals({"a", "b"}, {"bytes_sent"}, {fine, later})), ElementsAre(2, 4, 6));
  coarse.intervals.push_back(interval(300, 4));
  EXPECT_THAT(mixed_intervals({"a", "b"}, {"bytes_sent"}, {fine, coarse}), IsEmpty());
  EXPECT_THAT(mixed_intervals({"a", "b"}, {"bytes_sent"}, {fine, WorkloadReport{}}), IsEmpty());
}

TEST(Mixed, RefusesPartsThatAreNone) {
  WorkloadSpec spec = spec_of("mixed");
  for (const char* bad : {"", "tcp_rr", "tcp_rr:0", "tcp_rr:1,tcp_rr:2", "mixed:1", "no_such:1", "tcp_rr:1,"})
    EXPECT_FALSE(set_workload_option(spec, "parts", bad)) << bad;
}

}  // namespace
}  // namespace sriov
