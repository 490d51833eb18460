// What sockperf 3.7 printed over loopback: tests/fixtures/tools/sockperf-*, ping-pong at 300 messages a second.
#include "workloads/adapters/sockperf_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/time.h"
#include "host/file.h"

namespace sriov {
namespace {

using testing::HasSubstr;

std::string fixture(const std::string& name) { return read_file(SRIOV_FIXTURES "/tools/" + name).value_or(""); }

double own(const ToolReading& reading, std::string_view name) {
  for (const Measure& measure : reading.own)
    if (measure.name == name) return measure.value;
  return -1;
}

TEST(SockperfLog, CountsRoundTripsOfTheWindow) {
  SockperfLog log({0, 10 * kNsPerSecond, 0});
  log.feed(fixture("sockperf-rr-log.csv"));
  EXPECT_EQ(log.round_trips_ns().count(), 466U) << "all of what sockperf calls valid";
  EXPECT_NEAR(static_cast<double>(log.round_trips_ns().min()), 2 * 6895, 50) << "a latency there is half a round trip";
  EXPECT_NEAR(static_cast<double>(log.round_trips_ns().max()), 2 * 4932169, 10'000);
  ASSERT_TRUE(log.window());
  EXPECT_NEAR(static_cast<double>(log.window()->end_ns - log.window()->begin_ns), 1.544e9, 1e7);
}

TEST(SockperfLog, WarmUpAndLengthAreItsCallers) {
  SockperfLog log({kNsPerSecond, kNsPerSecond / 2, 0});  // 600 ms behind sockperf's own warm-up.
  log.feed(fixture("sockperf-rr-log.csv"));
  EXPECT_NEAR(static_cast<double>(log.round_trips_ns().count()), 150, 15);
  EXPECT_LE(log.window()->end_ns - log.window()->begin_ns, kNsPerSecond / 2);
}

TEST(SockperfLog, AnyCutOfTheTextIsTheSame) {
  const std::string text = fixture("sockperf-rr-log.csv");
  SockperfLog whole({0, kNsPerSecond, 0});
  SockperfLog pieces({0, kNsPerSecond, 0});
  whole.feed(text);
  for (std::size_t i = 0; i < text.size(); i += 7) pieces.feed(std::string_view(text).substr(i, 7));
  EXPECT_EQ(whole.round_trips_ns().encode(), pieces.round_trips_ns().encode());
}

TEST(SockperfLog, NonsenseIsNoRoundTrip) {
  SockperfLog log({0, kNsPerSecond, 0});
  log.feed("1, 2.0, 1.0, 3\n2, x, 1.0, 3\n3, nan, inf, 1\n4, 1e300, 1e301, 1\n" + std::string(10'000, '5') + "\n1,2\n");
  EXPECT_EQ(log.round_trips_ns().count(), 0U);
  EXPECT_FALSE(log.window());
}

TEST(SockperfOutput, PingPong) {
  SockperfLog log({0, kNsPerSecond, 0});
  log.feed(fixture("sockperf-rr-log.csv"));
  const std::string text = fixture("sockperf-rr-client.txt");
  const auto reading = read_sockperf_rr({text, "", 0, false}, log, 64);
  ASSERT_TRUE(reading) << reading.error().text();
  EXPECT_EQ(reading->total.sent, 601 * 64);
  EXPECT_EQ(reading->total.received, 601 * 64);
  EXPECT_EQ(own(*reading, "transactions"), static_cast<double>(log.round_trips_ns().count()));
  EXPECT_EQ(own(*reading, "bytes_sent"), own(*reading, "transactions") * 64);
  ASSERT_TRUE(reading->latency_ns);
  EXPECT_EQ(reading->peer.size(), 3U);
}

TEST(SockperfOutput, ServerTellsItsMessages) {
  const std::string text = fixture("sockperf-rr-server.txt");
  const auto answering = read_sockperf_server({text, "", 0, false}, 64, true);
  ASSERT_TRUE(answering);
  EXPECT_EQ(answering->total.received, 601 * 64);
  EXPECT_EQ(answering->total.sent, 601 * 64);
  const std::string pps = fixture("sockperf-pps-server.txt");
  const auto sink = read_sockperf_server({pps, "", 0, false}, 64, false);
  ASSERT_TRUE(sink);
  EXPECT_EQ(own(*sink, "datagrams_received"), 46105);
  EXPECT_EQ(sink->total.sent, 0);
  const auto nothing =
      read_sockperf_server({"sockperf: No messages were received on the server.\n", "", 0, false}, 64, false);
  ASSERT_TRUE(nothing) << "that is an answer";
  EXPECT_EQ(nothing->total.received, 0);
  const auto cut = read_sockperf_server({std::string_view(pps).substr(0, 200), "", 0, false}, 64, false);
  EXPECT_FALSE(cut);
}

TEST(SockperfOutput, Throughput) {
  const std::string text = fixture("sockperf-pps-client.txt");
  const auto reading = read_sockperf_throughput({text, "", 0, false}, 64);
  ASSERT_TRUE(reading) << reading.error().text();
  EXPECT_EQ(own(*reading, "datagrams_sent"), 112006);
  EXPECT_EQ(reading->total.sent, 112006 * 64);
  EXPECT_EQ(reading->window->end_ns, kNsPerSecond);
  EXPECT_TRUE(reading->window->at_end);
}

TEST(SockperfOutput, ErrorsAreItsOwnAlthoughItEndsWithZero) {
  const SockperfLog log({0, kNsPerSecond, 0});
  const std::string refused = fixture("sockperf-refused-client.txt");
  const auto failed = read_sockperf_rr({refused, "", 0, false}, log, 64);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().what, HasSubstr("Can`t connect socket (errno=111 Connection refused)"));
  const std::string silent = fixture("sockperf-silent-client.txt");
  const auto unheard = read_sockperf_rr({silent, "", 0, false}, log, 64);
  ASSERT_FALSE(unheard);
  EXPECT_THAT(unheard.error().what, HasSubstr("Is the server down?"));
  EXPECT_TRUE(read_sockperf_rr({silent, "", 0, true}, log, 64)) << "an interrupted one may have nothing";
}

}  // namespace
}  // namespace sriov
