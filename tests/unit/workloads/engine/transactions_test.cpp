// Request/response workloads: what their transactions are, in closed and in open loops.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "host/clock.h"
#include "tests/unit/support/both_sides.h"
#include "workloads/engine/arrivals.h"

namespace sriov {
namespace {

using test::kMs;
using test::Reports;
using test::run_both;
using testing::HasSubstr;

/// Large enough for udp_rr's header.
WorkloadSpec spec_of(const std::string& workload) {
  WorkloadSpec spec = test::spec_of(workload);
  spec.message_bytes = 64;
  return spec;
}

class Transactions : public testing::TestWithParam<std::string> {};

TEST_P(Transactions, AreCountedAlikeByBothSides) {
  WorkloadSpec spec = spec_of(GetParam());
  spec.streams = 2;
  ASSERT_TRUE(set_workload_option(spec, "response_bytes", "200"));
  const Reports reports = run_both(spec);
  ASSERT_TRUE(reports.client) << reports.client.error().text();
  ASSERT_TRUE(reports.server) << reports.server.error().text();
  EXPECT_EQ(reports.client->note, "");
  EXPECT_EQ(reports.client->measure("total_bytes_sent"), reports.server->measure("total_bytes_received"));
  EXPECT_EQ(reports.client->measure("total_bytes_received"), reports.server->measure("total_bytes_sent"));
  const double made = reports.client->measure("transactions").value();
  EXPECT_GT(made, 10);
  EXPECT_EQ(reports.client->measure("bytes_sent"), made * 64);
  EXPECT_EQ(reports.client->measure("bytes_received"), made * 200);
  EXPECT_GT(reports.client->measure("cpu_us_per_transaction").value(), 0);
  ASSERT_TRUE(reports.client->latency_ns);
  EXPECT_EQ(reports.client->latency_ns->count(), static_cast<std::uint64_t>(made));
}

TEST_P(Transactions, OfAnOpenLoopLeaveAtTheRateAskedFor) {
  WorkloadSpec spec = spec_of(GetParam());
  spec.duration_ns = 500 * kMs;
  spec.streams = 2;
  ASSERT_TRUE(set_workload_option(spec, "transactions_per_s", "400"));
  const Reports reports = run_both(spec);
  ASSERT_TRUE(reports.client) << reports.client.error().text();
  EXPECT_EQ(reports.client->measure("transactions_asked_per_s"), 400);
  EXPECT_NEAR(reports.client->measure("transactions").value(), 200, 3);
}

TEST_P(Transactions, ThatTheLoopCannotMakeInTimeAreChargedWithTheWait) {
  WorkloadSpec spec = spec_of(GetParam());
  spec.duration_ns = 300 * kMs;
  ASSERT_TRUE(set_workload_option(spec, "transactions_per_s", "10000000"));
  const Reports reports = run_both(spec);
  ASSERT_TRUE(reports.client) << reports.client.error().text();
  EXPECT_THAT(reports.client->note, HasSubstr("asked for 1e+07 transactions/s"));
  // Towards the end nearly the whole run is owed.
  EXPECT_GT(reports.client->latency_ns->max(), 200 * kMs);
}

INSTANTIATE_TEST_SUITE_P(Workloads, Transactions, testing::Values("tcp_rr", "tcp_crr", "udp_rr"),
                         [](const auto& instance) { return instance.param; });

TEST(UdpRr, AsksForResponsesThatHoldTheirNumber) {
  WorkloadSpec spec = spec_of("udp_rr");
  ASSERT_TRUE(set_workload_option(spec, "response_bytes", "8"));
  const auto port = WorkloadRegistry::instance().make("udp_rr")->make_server()->prepare(spec);
  ASSERT_FALSE(port);
  EXPECT_THAT(port.error().text(), HasSubstr("response_bytes = 8 is not between 32"));
}

TEST(Arrivals, AreEvenOrPoissonOrInBurstsOrReplayed) {
  const auto gaps = [](Arrivals& arrivals, int count) {
    std::vector<std::int64_t> out;
    for (int i = 0; i < count; ++i) {
      const std::int64_t before = arrivals.next_ns();
      arrivals.advance();
      out.push_back(arrivals.next_ns() - before);
    }
    return out;
  };
  EXPECT_THAT(gaps(*make_arrivals(ArrivalPattern::even, 1e6, 5, 1), 3), testing::Each(1000));
  EXPECT_THAT(gaps(*make_bursts(100, 250, 1000, 5), 6), testing::ElementsAre(100, 100, 1050, 100, 100, 1050));
  EXPECT_THAT(gaps(*make_replay({7, 0, 3}, 5), 5), testing::ElementsAre(7, 0, 3, 7, 0));
  const auto random = gaps(*make_arrivals(ArrivalPattern::poisson, 1e6, 0, 1), 20000);
  EXPECT_EQ(random, gaps(*make_arrivals(ArrivalPattern::poisson, 1e6, 0, 1), 20000));
  double sum = 0;
  double squares = 0;
  for (const std::int64_t gap : random) sum += static_cast<double>(gap);
  const double mean = sum / static_cast<double>(random.size());
  for (const std::int64_t gap : random)
    squares += (static_cast<double>(gap) - mean) * (static_cast<double>(gap) - mean);
  EXPECT_NEAR(mean, 1000, 40);
  EXPECT_NEAR(std::sqrt(squares / static_cast<double>(random.size())), mean, 60);  // Exponential: they are equal.
}

}  // namespace
}  // namespace sriov
