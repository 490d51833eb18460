// One-way datagrams over loopback: losses, rates, offloads, jitter, delays.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <future>
#include <string>
#include <tuple>
#include <utility>

#include "core/time.h"
#include "host/clock.h"
#include "tests/unit/support/both_sides.h"
#include "workloads/engine/pacer.h"
#include "workloads/engine/socket.h"
#include "workloads/engine/wire.h"
#include "workloads/udp/sequence_tracker.h"
#include "workloads/udp/udp_side.h"

namespace sriov {
namespace {

using test::kMs;
using test::Reports;
using test::run_both;
using test::spec_of;
using test::value;
using testing::HasSubstr;

TEST(UdpStream, AccountsForEveryDatagramAndKeepsItsRate) {
  for (const std::string address : {"127.0.0.1", "::1"}) {
    WorkloadSpec spec = spec_of("udp_stream", address);
    spec.streams = 2;
    spec.duration_ns = 400 * kMs;
    const Reports reports = run_both(spec);
    ASSERT_BOTH(reports);
    EXPECT_LT(value(reports.client, "rate_achieved_bps"), 20.6e6);
    EXPECT_GT(value(reports.client, "rate_achieved_bps"), 15e6);  // stalls of a busy machine are not made up for
    EXPECT_EQ(value(reports.client, "rate_asked_bps"), 20e6);
    const double arrived = value(reports.server, "datagrams_received") + value(reports.server, "datagrams_lost");
    EXPECT_NEAR(arrived, value(reports.client, "datagrams_sent"), 0.2 * value(reports.client, "datagrams_sent"));
    EXPECT_EQ(value(reports.server, "bytes_received"), 1400 * value(reports.server, "datagrams_received"));
    EXPECT_FALSE(reports.client->measure("datagrams_lost").has_value());
    EXPECT_FALSE(reports.server->measure("rate_achieved_bps").has_value());
  }
}

TEST(UdpStream, AnswersFromTheAddressItWasAskedAtWhenBoundToAny) {
  WorkloadSpec spec = spec_of("udp_stream", "127.0.0.2");
  spec.bind_address = "";
  const Reports reports = run_both(spec);
  ASSERT_BOTH(reports);
  EXPECT_GT(value(reports.server, "datagrams_received"), 0);
}

TEST(UdpStream, SaysWhenTheRateWasNotReached) {
  WorkloadSpec spec = spec_of("udp_stream");
  spec.message_bytes = kDatagramHeaderBytes;
  spec.rate_bps = 5'000'000'000'000;
  const Reports reports = run_both(spec);
  ASSERT_BOTH(reports);
  EXPECT_LT(value(reports.client, "rate_achieved_bps"), 5e12);
  EXPECT_THAT(reports.client->note, HasSubstr("asked for 5e+06 Mbit/s"));
}

TEST(UdpStream, CountsTheDatagramsThatWereNotSent) {
  const auto workload = WorkloadRegistry::instance().make("udp_stream");
  const auto server = workload->make_server();
  WorkloadSpec spec = spec_of("udp_stream");
  spec.message_bytes = kDatagramHeaderBytes;
  spec.warmup_ns = 0;
  const auto port = server->prepare(spec);
  ASSERT_TRUE(port.has_value());
  StopFlag stop;
  auto report = std::async(std::launch::async, [&] { return server->run(spec, stop); });

  // A client by hand: greeting, numbers 0, 1, 4, 3, 3, end of 7; so 2, 5 and 6 are missing.
  Halt halt(stop);
  auto to = parse_address("127.0.0.1", *port);
  auto socket = connect_socket(SOCK_DGRAM, *to, "", {}, {monotonic_ns() + kNsPerSecond, &halt});
  ASSERT_TRUE(socket.has_value());
  std::array<std::byte, kDatagramHeaderBytes + kHelloBytes> hello{};
  encode(DatagramHeader{DatagramKind::hello, 0}, std::span(hello).first<kDatagramHeaderBytes>());
  const auto body = encode(Hello{"udp_stream", 0, 1, spec.message_bytes, spec.rate_bps, 0, spec.duration_ns});
  std::copy(body.begin(), body.end(), hello.begin() + kDatagramHeaderBytes);
  ASSERT_GT(send(socket->get(), hello.data(), hello.size(), 0), 0);
  ASSERT_TRUE(wait_for(socket->get(), POLLIN, {monotonic_ns() + 5 * kNsPerSecond, nullptr}).has_value());
  for (const std::uint64_t number : {0U, 1U, 4U, 3U, 3U}) send_header(socket->get(), {DatagramKind::data, number});
  send_header(socket->get(), {DatagramKind::end, 7});

  const auto got = report.get();
  ASSERT_TRUE(got.has_value()) << got.error().text();
  EXPECT_EQ(value(got, "datagrams_received"), 5);
  EXPECT_EQ(value(got, "datagrams_lost"), 3);
  EXPECT_EQ(value(got, "datagrams_reordered"), 1);
  EXPECT_EQ(value(got, "datagrams_duplicated"), 1);
}

TEST(SequenceTracker, LateDatagramsAreNotLost) {
  SequenceTracker tracker;
  for (const std::uint64_t number : {0U, 1U, 5U, 2U, 3U}) tracker.saw(number);
  EXPECT_EQ(tracker.lost(), 1);
  EXPECT_EQ(tracker.reordered(), 2);
  tracker.saw(4);
  tracker.saw(4);
  EXPECT_EQ(tracker.lost(), 0);
  EXPECT_EQ(tracker.duplicated(), 1);
  tracker.saw(10'000);  // beyond what is remembered
  EXPECT_EQ(tracker.lost(), 9'994);
  tracker.saw(9'999);
  tracker.saw(9'999);
  EXPECT_EQ(tracker.lost(), 9'993);
  EXPECT_EQ(tracker.duplicated(), 2);
  tracker.finish(10'011);
  EXPECT_EQ(tracker.lost(), 10'003);
}

TEST(Pacer, DeadlinesDoNotDrift) {
  Pacer pacer(8e9 / 3, 1000, 0);  // a message every 3,000 ns
  std::int64_t sent = 0;
  for (std::int64_t now_ns = 0; now_ns < 3'000'000; now_ns += 7'919) {
    const std::int64_t due = pacer.due(now_ns);
    pacer.sent(due);
    sent += due;
    EXPECT_EQ(sent, now_ns / 3000 + 1);
  }
}

TEST(Pacer, ForgivesOldDebt) {
  Pacer pacer(8e6, 1000, 0);  // a message every millisecond
  EXPECT_EQ(pacer.due(10 * kMs), 11);
  EXPECT_EQ(pacer.due(5000 * kMs), 100);
  pacer.sent(100);
  EXPECT_EQ(pacer.due(5000 * kMs), 0);
  EXPECT_NEAR(static_cast<double>(pacer.next_ns()), 5001e6, 1e6);
}

class UdpOffloads : public testing::TestWithParam<std::pair<bool, bool>> {};

TEST_P(UdpOffloads, CarryTheSameDatagrams) {
  WorkloadSpec spec = spec_of("udp_pps");
  spec.message_bytes = 64;
  std::tie(spec.gso, spec.gro) = GetParam();
  const Reports reports = run_both(spec);
  ASSERT_BOTH(reports);
  // As fast as it goes: what the receiver's buffer did not hold is counted as lost, each datagram of a packet.
  EXPECT_EQ(value(reports.server, "datagrams_duplicated"), 0);
  EXPECT_EQ(value(reports.server, "datagrams_reordered"), 0);
  EXPECT_EQ(value(reports.server, "bytes_received"), 64 * value(reports.server, "datagrams_received"));
  EXPECT_GT(value(reports.server, "datagrams_received"), 0);
  const double per_sent = value(reports.client, "datagrams_sent") / value(reports.client, "stack_packets_sent");
  const double per_received =
      value(reports.server, "datagrams_received") / value(reports.server, "stack_packets_received");
  EXPECT_EQ(per_sent > 1, spec.gso) << per_sent;
  EXPECT_EQ(per_received > 1, spec.gso && spec.gro) << per_received;
}

INSTANTIATE_TEST_SUITE_P(OnAndOff, UdpOffloads,
                         testing::Values(std::pair(false, false), std::pair(true, false), std::pair(false, true),
                                         std::pair(true, true)));

TEST(UdpStream, WithGsoSendsDatagramsOneByOneThatFillAPacket) {
  WorkloadSpec spec = spec_of("udp_stream");
  spec.message_bytes = 65000;
  spec.gso = true;
  const Reports reports = run_both(spec);
  ASSERT_BOTH(reports);
  EXPECT_EQ(value(reports.client, "datagrams_sent"), value(reports.client, "stack_packets_sent"));
}

TEST(UdpStream, TellsJitterOfPacedStreamsAndOneWayDelaysWhereClocksAreKnown) {
  WorkloadSpec spec = spec_of("udp_stream");
  spec.clock_error_ns = 0;
  const Reports reports = run_both(spec);
  ASSERT_BOTH(reports);
  EXPECT_GT(value(reports.server, "jitter_p50_us"), 0);
  EXPECT_GE(value(reports.server, "jitter_p99_us"), value(reports.server, "jitter_p50_us"));
  EXPECT_GT(value(reports.server, "one_way_p50_us"), 0);
  EXPECT_LT(value(reports.server, "one_way_p50_us"), 100'000);
  spec.clock_error_ns = -1;
  spec.rate_bps = 0;
  const Reports unknown = run_both(spec);
  EXPECT_FALSE(unknown.server->measure("one_way_p50_us"));
  EXPECT_FALSE(unknown.server->measure("jitter_us"));
}

}  // namespace
}  // namespace sriov
