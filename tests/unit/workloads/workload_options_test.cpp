// Options of workloads and of their sockets, from text to what the kernel has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <string>

#include "tests/unit/support/both_sides.h"
#include "workloads/engine/socket.h"
#include "workloads/option.h"

namespace sriov {
namespace {

using test::kMs;
using test::Reports;
using test::run_both;
using test::spec_of;
using test::value;
using testing::HasSubstr;

TEST(SocketAddress, ParsesNumbersOnly) {
  EXPECT_EQ(parse_address("10.0.0.1", 5001)->text(), "10.0.0.1:5001");
  EXPECT_EQ(parse_address("fd00::1", 80)->text(), "[fd00::1]:80");
  EXPECT_EQ(parse_address("fe80::1%lo", 80)->text(), "[fe80::1%1]:80");
  for (const char* bad : {"", "localhost", "10.0.0", "10.0.0.1:80", "::1%no-such-device", "[::1]"})
    EXPECT_FALSE(parse_address(bad, 1).has_value()) << bad;
}

TEST(WorkloadOptions, AreSetFromText) {
  WorkloadSpec spec;
  ASSERT_TRUE(set_workload_option(spec, "message_bytes", "128k").has_value());
  ASSERT_TRUE(set_workload_option(spec, "streams", "8").has_value());
  ASSERT_TRUE(set_workload_option(spec, "rate_bps", "1.5G").has_value());
  ASSERT_TRUE(set_workload_option(spec, "socket_buffer_bytes", "4M").has_value());
  ASSERT_TRUE(set_workload_option(spec, "no_delay", "true").has_value());
  EXPECT_EQ(spec.message_bytes, 131072);
  EXPECT_EQ(spec.streams, 8);
  EXPECT_EQ(spec.rate_bps, 1'500'000'000);
  EXPECT_EQ(spec.socket_buffer_bytes, 4 << 20);
  EXPECT_TRUE(spec.no_delay);
  EXPECT_THAT(workload_options(), testing::Contains("message_bytes"));
}

TEST(WorkloadOptions, RefuseWhatTheyDoNotKnow) {
  WorkloadSpec spec;
  EXPECT_THAT(set_workload_option(spec, "message_byte", "1").error().text(), HasSubstr("did you mean 'message_bytes'"));
  EXPECT_THAT(set_workload_option(spec, "xyzzy", "1").error().text(), HasSubstr("one of: message_bytes"));
  EXPECT_THAT(set_workload_option(spec, "no_delay", "ture").error().text(), HasSubstr("did you mean 'true'"));
  for (const auto& [option, bad] : {std::pair("streams", "0"), std::pair("streams", "1025"), std::pair("streams", "x"),
                                    std::pair("message_bytes", "0"), std::pair("message_bytes", "17M"),
                                    std::pair("rate_bps", "fast"), std::pair("socket_buffer_bytes", "2G")}) {
    const auto done = set_workload_option(spec, option, bad);
    ASSERT_FALSE(done.has_value()) << option << "=" << bad;
    EXPECT_EQ(done.error().kind, ErrorKind::usage);
    EXPECT_THAT(done.error().text(), HasSubstr(option));
  }
}

TEST(SocketOptions, AreWhatTheKernelThenHas) {
  WorkloadSpec spec;
  spec.dscp = 46;
  spec.congestion = "reno";
  spec.mss_bytes = 1000;
  spec.interface = "auto";
  const auto listener = listen_tcp("127.0.0.1", 0, 1, socket_options(spec));
  ASSERT_TRUE(listener) << listener.error().text();
  const auto number = [&](int level, int name) {
    int value = 0;
    socklen_t length = sizeof value;
    EXPECT_EQ(getsockopt(listener->get(), level, name, &value, &length), 0);
    return value;
  };
  EXPECT_EQ(number(IPPROTO_IP, IP_TOS), 46 << 2);
  EXPECT_EQ(number(IPPROTO_TCP, TCP_MAXSEG), 1000);
  std::array<char, 16> text{};
  socklen_t length = text.size();
  ASSERT_EQ(getsockopt(listener->get(), IPPROTO_TCP, TCP_CONGESTION, text.data(), &length), 0);
  EXPECT_STREQ(text.data(), "reno");
  length = text.size();
  ASSERT_EQ(getsockopt(listener->get(), SOL_SOCKET, SO_BINDTODEVICE, text.data(), &length), 0);
  EXPECT_STREQ(text.data(), "lo");
  spec.congestion = "no-such";
  EXPECT_THAT(listen_tcp("127.0.0.1", 0, 1, socket_options(spec)).error().text(),
              HasSubstr("cannot use congestion control 'no-such'"));
}

TEST(WorkloadOptions, OfAnotherProtocolAreRefused) {
  WorkloadSpec spec = spec_of("udp_stream");
  EXPECT_THAT(set_workload_option(spec, "congestion", "reno").error().text(),
              HasSubstr("congestion means nothing to udp_stream"));
  EXPECT_THAT(set_workload_option(spec, "footprint_bytes", "1M").error().text(),
              HasSubstr("unknown workload option 'footprint_bytes' of udp_stream"));
  EXPECT_TRUE(set_workload_option(spec, "gso", "true"));
}

}  // namespace
}  // namespace sriov
