// Workloads over a wire that loses, repeats and swaps packets: every one is counted, and counted right.
#include "lossy_wire.h"

#include <unistd.h>

#include <gmock/gmock.h>

#include "host/clock.h"
#include "tests/unit/support/both_sides.h"

namespace sriov::integration {
namespace {

using test::value;

constexpr std::int64_t kDatagramBytes = 500;
constexpr std::size_t kHeaderBytes = 28;  // IPv4 and UDP.

WorkloadSpec over_the_wire(const std::string& workload) {
  WorkloadSpec spec = test::spec_of(workload, LossyWire::kSecondAddress);
  spec.warmup_ns = 0;
  spec.duration_ns = 1000 * test::kMs;
  return spec;
}

class LossyWireTest : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root";
    if (access("/dev/net/tun", R_OK | W_OK) != 0) GTEST_SKIP() << "there is no /dev/net/tun";
  }

  /// The client at the wire's first end, the server at its second.
  static test::Reports run_over(
      LossyWire& wire, const WorkloadSpec& spec,
      const std::function<void(test::Stops&)>& meanwhile = [](test::Stops&) {}) {
    const auto workload = WorkloadRegistry::instance().make(spec.workload);
    test::Reports reports;
    test::Stops stops;
    const auto server = workload->make_server();
    const auto client = workload->make_client();
    Result<std::uint16_t> port = fail("not prepared");
    wire.at_second([&] { port = server->prepare(spec); }).join();
    if (!port) {
      reports.server = tl::unexpected(port.error());
      return reports;
    }
    WorkloadSpec of_client = spec;
    of_client.port = *port;
    of_client.bind_address = LossyWire::kFirstAddress;
    auto serving = wire.at_second([&] { reports.server = server->run(spec, stops.server); });
    auto calling = wire.at_first([&] {
      if (const auto prepared = client->prepare(of_client); !prepared)
        reports.client = tl::unexpected(prepared.error());
      else
        reports.client = client->run(of_client, stops.client);
    });
    meanwhile(stops);
    serving.join();
    calling.join();
    return reports;
  }
};

TEST_F(LossyWireTest, LostRepeatedAndSwappedDatagramsAreCounted) {
  LossyWire wire({kDatagramBytes + kHeaderBytes, 10, 25, 7});
  const auto opened = wire.open();
  ASSERT_TRUE(opened) << opened.error().text();
  WorkloadSpec spec = over_the_wire("udp_stream");
  spec.message_bytes = kDatagramBytes;
  spec.rate_bps = 4'000'000;  // 1,000 a second.
  const auto reports = run_over(wire, spec);
  ASSERT_BOTH(reports);
  const Mistreated fate = wire.close();
  ASSERT_GT(fate.dropped, 80);
  ASSERT_GT(fate.repeated, 15);
  ASSERT_GT(fate.swapped, 80);
  // The window's edges may cut off one packet of each kind; the last one dropped may have none behind it.
  EXPECT_NEAR(value(reports.server, "datagrams_lost"), static_cast<double>(fate.dropped), 2);
  EXPECT_NEAR(value(reports.server, "datagrams_duplicated"), static_cast<double>(fate.repeated), 2);
  EXPECT_NEAR(value(reports.server, "datagrams_reordered"), static_cast<double>(fate.swapped), 2);
  EXPECT_NEAR(value(reports.server, "datagrams_received") - value(reports.server, "datagrams_duplicated") +
                  value(reports.server, "datagrams_lost"),
              value(reports.client, "datagrams_sent"), 2);
}

TEST_F(LossyWireTest, TcpSendsAgainWhatWasLostAndSaysSo) {
  LossyWire wire({0, 40, 0, 0});
  const auto opened = wire.open();
  ASSERT_TRUE(opened) << opened.error().text();
  const auto reports = run_over(wire, over_the_wire("tcp_stream"));
  ASSERT_BOTH(reports);
  EXPECT_GT(value(reports.client, "retransmits"), 0);
  EXPECT_GT(value(reports.server, "bytes_received"), 100'000);
  EXPECT_LE(value(reports.server, "total_bytes_received"), value(reports.client, "total_bytes_sent"));
  EXPECT_GT(wire.close().dropped, 0);
}

TEST_F(LossyWireTest, RequestsThatGetNoAnswerAreLostTransactions) {
  LossyWire wire({100 + kHeaderBytes, 20, 0, 0});
  const auto opened = wire.open();
  ASSERT_TRUE(opened) << opened.error().text();
  WorkloadSpec spec = over_the_wire("udp_rr");
  spec.message_bytes = 100;
  spec.duration_ns = 2500 * test::kMs;
  const auto reports = run_over(wire, spec);
  ASSERT_BOTH(reports);
  const auto dropped = static_cast<double>(wire.close().dropped);
  // A closed loop has one request under way and waits a second for each that is lost; the last may not have waited its
  // out.
  EXPECT_GE(dropped, 2);
  EXPECT_NEAR(value(reports.client, "transactions_lost"), dropped, 1);
  EXPECT_GT(value(reports.client, "transactions"), 20);
}

/// In an open loop the others go on while the lost one is waited for.
TEST_F(LossyWireTest, RequestsOnScheduleDoNotWaitForLostOnes) {
  LossyWire wire({100 + kHeaderBytes, 20, 0, 0});
  const auto opened = wire.open();
  ASSERT_TRUE(opened) << opened.error().text();
  WorkloadSpec spec = over_the_wire("udp_rr");
  spec.message_bytes = 100;
  spec.duration_ns = 3000 * test::kMs;
  ASSERT_TRUE(set_workload_option(spec, "transactions_per_s", "400"));
  const auto reports = run_over(wire, spec);
  ASSERT_BOTH(reports);
  const auto dropped = static_cast<double>(wire.close().dropped);
  EXPECT_NEAR(value(reports.client, "transactions") + dropped, 1200, 30);
  // Of those that left in the last second it is not known yet.
  EXPECT_NEAR(value(reports.client, "transactions_lost"), dropped * 2 / 3, dropped * 0.1);
}

TEST_F(LossyWireTest, WhatCameBeforeTheWireWasCutSurvives) {
  LossyWire wire({});
  const auto opened = wire.open();
  ASSERT_TRUE(opened) << opened.error().text();
  WorkloadSpec spec = over_the_wire("udp_stream");
  spec.message_bytes = kDatagramBytes;
  spec.rate_bps = 4'000'000;
  const auto reports = run_over(wire, spec, [&](test::Stops&) {
    sleep_until_ns(monotonic_ns() + 500 * test::kMs);
    wire.cut();
  });
  // The sender cannot know that nothing arrives; the receiver says what did, and that the end was not seen.
  ASSERT_TRUE(reports.client) << reports.client.error().text();
  EXPECT_THAT(reports.client->note, testing::HasSubstr("did not confirm the end"));
  if (reports.server)
    EXPECT_NEAR(value(reports.server, "datagrams_received"), 500, 100);
  else
    EXPECT_THAT(reports.server.error().text(), testing::HasSubstr("bytes"));
}

}  // namespace
}  // namespace sriov::integration
