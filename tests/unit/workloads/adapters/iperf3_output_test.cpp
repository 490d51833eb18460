// iperf3's JSON as iperf 3.12 wrote it over loopback: tests/fixtures/tools/iperf3-*.json, with intervals of half a
// second.
#include "workloads/adapters/iperf3_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/time.h"
#include "host/file.h"

namespace sriov {
namespace {

using testing::HasSubstr;

constexpr ToolTiming kTiming{kNsPerSecond, kNsPerSecond, kNsPerSecond / 2};

std::string fixture(const std::string& name) { return read_file(SRIOV_FIXTURES "/tools/" + name).value_or(""); }

double own(const ToolReading& reading, std::string_view name) {
  for (const Measure& measure : reading.own)
    if (measure.name == name) return measure.value;
  return -1;
}

TEST(Iperf3Output, WindowOfASenderIsTheSumOfItsIntervals) {
  const std::string text = fixture("iperf3-tcp-client.json");
  const auto reading = read_iperf3({text, "", 0, false}, kTiming, {.sends = true, .udp = false});
  ASSERT_TRUE(reading) << reading.error().text();
  EXPECT_EQ(own(*reading, "bytes_sent"), 791019520 + 675020800);
  EXPECT_EQ(own(*reading, "bytes_received"), 0);
  EXPECT_EQ(own(*reading, "retransmits"), 0 + 2);
  EXPECT_EQ(reading->total.sent, 4605214720);
  ASSERT_TRUE(reading->window);
  EXPECT_NEAR(static_cast<double>(reading->window->begin_ns), 1e9, 1e7);
  EXPECT_NEAR(static_cast<double>(reading->window->end_ns), 2e9, 1e7);
  ASSERT_EQ(reading->intervals.size(), 4U);
  EXPECT_TRUE(reading->intervals[1].is_warmup);
  EXPECT_FALSE(reading->intervals[2].is_warmup);
}

TEST(Iperf3Output, ReceiverTellsWhatItGot) {
  const std::string text = fixture("iperf3-tcp-server.json");
  const auto reading = read_iperf3({text, "", 0, false}, kTiming, {.sends = false, .udp = false});
  ASSERT_TRUE(reading) << reading.error().text();
  EXPECT_EQ(own(*reading, "bytes_received"), 789839872 + 676200448);
  EXPECT_EQ(own(*reading, "bytes_sent"), 0);
  EXPECT_EQ(own(*reading, "retransmits"), -1) << "a receiver does not know them";
  EXPECT_EQ(reading->total.received, 4603969536);
}

TEST(Iperf3Output, ReverseTurnsTheRoles) {
  const std::string client = fixture("iperf3-maerts-client.json");
  const std::string server = fixture("iperf3-maerts-server.json");
  const ToolTiming timing{0, 2 * kNsPerSecond, 0};
  const auto receiver = read_iperf3({client, "", 0, false}, timing, {.sends = false, .udp = false});
  const auto sender = read_iperf3({server, "", 0, false}, timing, {.sends = true, .udp = false});
  ASSERT_TRUE(receiver && sender);
  EXPECT_EQ(receiver->total.received, 3171942400);
  EXPECT_EQ(own(*receiver, "bytes_received"), 3171942400);
  EXPECT_EQ(sender->total.sent, 3171942400);
  EXPECT_EQ(own(*sender, "retransmits"), 15);
  EXPECT_TRUE(receiver->intervals.empty()) << "none were asked for";
}

TEST(Iperf3Output, DatagramsAtBothEnds) {
  const std::string client = fixture("iperf3-udp-client.json");
  const std::string server = fixture("iperf3-udp-server.json");
  const auto sender = read_iperf3({client, "", 0, false}, kTiming, {.sends = true, .udp = true});
  const auto receiver = read_iperf3({server, "", 0, false}, kTiming, {.sends = false, .udp = true});
  ASSERT_TRUE(receiver && sender);
  EXPECT_EQ(own(*sender, "datagrams_sent"), 4434 + 4484);
  EXPECT_EQ(own(*receiver, "datagrams_received"), 4434 + 4483);
  EXPECT_EQ(own(*receiver, "datagrams_lost"), 0);
  EXPECT_GT(own(*receiver, "jitter_us"), 0);
  EXPECT_EQ(own(*sender, "jitter_us"), -1);
  EXPECT_EQ(receiver->total.received, 24978800);
}

TEST(Iperf3Output, InterruptedRunTellsWhatItHas) {
  const std::string client = fixture("iperf3-interrupted-client.json");
  const std::string server = fixture("iperf3-interrupted-server.json");
  const ToolTiming timing{0, 5 * kNsPerSecond, kNsPerSecond / 2};
  const auto sender = read_iperf3({client, "", 0, true}, timing, {.sends = true, .udp = false});
  ASSERT_TRUE(sender) << sender.error().text();
  EXPECT_EQ(own(*sender, "bytes_sent"), 562298880 + 473169920 + 335937536);
  // The server tells its last interval twice.
  const auto receiver = read_iperf3({server, "", 0, true}, timing, {.sends = false, .udp = false});
  ASSERT_TRUE(receiver) << receiver.error().text();
  EXPECT_EQ(own(*receiver, "bytes_received"), 550502400 + 474480640);
  EXPECT_EQ(receiver->total.received, 1369702400);
  const auto unexpected = read_iperf3({server, "", 0, false}, timing, {.sends = false, .udp = false});
  ASSERT_FALSE(unexpected);
  EXPECT_THAT(unexpected.error().text(), HasSubstr("the client has terminated"));
}

TEST(Iperf3Output, ErrorsAreIperf3sOwn) {
  const std::string refused = fixture("iperf3-refused.json");
  const auto failed = read_iperf3({refused, "", 0, false}, kTiming, {.sends = true, .udp = false});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().what, "iperf3: unable to connect to server: Connection refused");
  const auto usage = read_iperf3({"", "iperf3: parameter error - some option\n", 1, false}, kTiming, {});
  ASSERT_FALSE(usage);
  EXPECT_THAT(usage.error().what, HasSubstr("exit code 1: iperf3: parameter error - some option"));
}

TEST(Iperf3Output, CutOffOutputIsAnError) {
  const std::string text = fixture("iperf3-tcp-client.json");
  for (std::size_t length = 0; length + 2 < text.size(); length += 97) {
    const auto reading = read_iperf3({std::string_view(text).substr(0, length), "", 0, false}, kTiming, {true, false});
    EXPECT_FALSE(reading) << length;
  }
}

TEST(Iperf3Output, NoIntervalInTheWindowIsAnError) {
  const std::string text = fixture("iperf3-tcp-client.json");
  const auto reading = read_iperf3({text, "", 0, false}, {10 * kNsPerSecond, kNsPerSecond, 0}, {true, false});
  ASSERT_FALSE(reading);
  EXPECT_THAT(reading.error().what, HasSubstr("no interval of the window"));
}

}  // namespace
}  // namespace sriov
