// What netperf 2.7.1's omni tests printed over loopback: tests/fixtures/tools/netperf-*.txt.
#include "workloads/adapters/netperf_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/file.h"

namespace sriov {
namespace {

using testing::HasSubstr;

std::string fixture(const std::string& name) { return read_file(SRIOV_FIXTURES "/tools/" + name).value_or(""); }

double value_of(const std::vector<Measure>& measures, std::string_view name) {
  for (const Measure& measure : measures)
    if (measure.name == name) return measure.value;
  return -1;
}

constexpr NetperfRole kRr{true, true};
constexpr NetperfRole kMaerts{false, true};

TEST(NetperfOutput, TransactionsAndWhatItTellsOfTheirTimes) {
  const std::string text = fixture("netperf-tcp-rr.txt");
  const auto reading = read_netperf({text, "", 0, false}, 1, kRr);
  ASSERT_TRUE(reading) << reading.error().text();
  EXPECT_EQ(value_of(reading->own, "transactions"), 35472);
  EXPECT_EQ(value_of(reading->own, "bytes_sent"), 35472);
  EXPECT_EQ(value_of(reading->peer, "bytes_received"), 35472);
  EXPECT_EQ(value_of(reading->own, "latency_p99_us"), 75);
  EXPECT_EQ(value_of(reading->own, "latency_mean_us"), 56.32);
  EXPECT_FALSE(reading->latency_ns) << "quantiles make no histogram";
  // ELAPSED_TIME says 2.00; the rate tells it better.
  EXPECT_NEAR(static_cast<double>(reading->window->end_ns), 35472 / 17734.493 * 1e9, 10);
}

TEST(NetperfOutput, TheClientTellsBothEndsOfAStream) {
  const std::string text = fixture("netperf-tcp-maerts.txt");
  const auto reading = read_netperf({text, "", 0, false}, 65536, kMaerts);
  ASSERT_TRUE(reading) << reading.error().text();
  EXPECT_EQ(value_of(reading->own, "bytes_received"), 1346368192);
  EXPECT_EQ(value_of(reading->own, "bytes_sent"), 0);
  EXPECT_EQ(value_of(reading->peer, "bytes_sent"), 1349451776);
  EXPECT_EQ(value_of(reading->peer, "retransmits"), 18);
  EXPECT_EQ(reading->peer_total.sent, 1349451776);
  EXPECT_NEAR(static_cast<double>(reading->window->end_ns), 2e9, 2e7);
  EXPECT_EQ(value_of(reading->own, "transactions"), -1);
}

TEST(NetperfOutput, WhatIsBelowNoughtIsNotKnown) {
  const std::string text = fixture("netperf-udp-rr.txt");
  const auto reading = read_netperf({text, "", 0, false}, 64, kRr);
  ASSERT_TRUE(reading);
  EXPECT_GT(value_of(reading->own, "transactions"), 1000);
  const auto without = read_netperf(
      {"ELAPSED_TIME=1.00\nLOCAL_BYTES_SENT=10\nLOCAL_BYTES_RECVD=0\nLOCAL_TRANSPORT_RETRANS=-1\n", "", 0, false}, 10,
      {true, false});
  ASSERT_TRUE(without) << without.error().text();
  EXPECT_EQ(value_of(without->own, "retransmits"), -1);
}

TEST(NetperfOutput, InterruptedRunsTellWhatTheyHave) {
  const std::string text = fixture("netperf-interrupted.txt");
  const auto reading = read_netperf({text, "", 0, true}, 1, kRr);
  ASSERT_TRUE(reading);
  EXPECT_NEAR(static_cast<double>(reading->window->end_ns), 1.29e9, 1e7);
  const auto nothing = read_netperf({"", "", 130, true}, 1, kRr);
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(nothing->window);
}

TEST(NetperfOutput, ErrorsAreItsOwn) {
  const std::string refused = fixture("netperf-refused.txt");
  const auto failed = read_netperf({"", refused, 255, false}, 1, kRr);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().what, HasSubstr("could not establish the control connection"));
  const std::string text = fixture("netperf-tcp-rr.txt");
  EXPECT_FALSE(read_netperf({std::string_view(text).substr(0, 60), "", 0, false}, 1, kRr)) << "cut off";
  EXPECT_FALSE(read_netperf({"ELAPSED_TIME=nan\nLOCAL_BYTES_SENT=x\n", "", 0, false}, 1, kRr));
}

}  // namespace
}  // namespace sriov
