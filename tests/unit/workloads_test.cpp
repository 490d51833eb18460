// The workloads over loopback: both sides for real, with short windows.
#include "workloads/workload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <cmath>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

#include "host/clock.h"
#include "host/file.h"
#include "tests/unit/support/both_sides.h"
#include "tests/unit/support/temporary_directory.h"
#include "workloads/arrival_trace.h"
#include "workloads/pacer.h"
#include "workloads/send_region.h"
#include "workloads/sequence_tracker.h"
#include "workloads/socket.h"
#include "workloads/udp_side.h"
#include "workloads/wire.h"

namespace sriov {
namespace {

using testing::HasSubstr;

using test::kMs;
using test::Reports;
using test::run_both;
using test::Stops;

WorkloadSpec spec_of(const std::string& workload, const std::string& address = "127.0.0.1") {
  WorkloadSpec spec;
  spec.workload = workload;
  spec.address = address;
  spec.bind_address = address;
  spec.warmup_ns = 50 * kMs;
  spec.duration_ns = 200 * kMs;
  if (workload == "udp_stream" || workload == "burst") spec.message_bytes = 1400;
  if (workload == "udp_stream") spec.rate_bps = 20'000'000;
  return spec;
}

double value(const Result<WorkloadReport>& report, std::string_view name) {
  if (!report) return std::nan("");
  return report->measure(name).value_or(std::nan(""));
}

#define ASSERT_BOTH(reports)                                                    \
  ASSERT_TRUE((reports).server.has_value()) << (reports).server.error().text(); \
  ASSERT_TRUE((reports).client.has_value()) << (reports).client.error().text()

class TcpBulk : public testing::TestWithParam<std::tuple<std::string, std::string, int>> {};

TEST_P(TcpBulk, EveryByteSentIsReceivedAndWindowsHaveTheirLength) {
  const auto& [workload, address, streams] = GetParam();
  WorkloadSpec spec = spec_of(workload, address);
  spec.streams = streams;
  const Reports reports = run_both(spec);
  ASSERT_BOTH(reports);
  const bool client_sends = workload == "tcp_stream";
  const auto& sender = client_sends ? reports.client : reports.server;
  const auto& receiver = client_sends ? reports.server : reports.client;
  EXPECT_GT(value(sender, "total_bytes_sent"), 1e6);
  EXPECT_EQ(value(sender, "total_bytes_sent"), value(receiver, "total_bytes_received"));
  EXPECT_LT(value(sender, "bytes_sent"), value(sender, "total_bytes_sent"));
  EXPECT_EQ(value(sender, "bytes_received"), 0);
  EXPECT_EQ(value(receiver, "bytes_sent"), 0);
  EXPECT_GT(value(receiver, "cpu_ns"), 0);
  EXPECT_GE(value(sender, "retransmits"), 0);
  for (const auto* report : {&reports.server, &reports.client}) {
    EXPECT_EQ((*report)->note, "");
    const auto window_ns = static_cast<double>((*report)->window_end_ns - (*report)->window_begin_ns);
    EXPECT_LE(window_ns, static_cast<double>(spec.duration_ns));
    EXPECT_GT(window_ns, 0.5 * static_cast<double>(spec.duration_ns));
    const double bytes = std::max(value(*report, "bytes_sent"), value(*report, "bytes_received"));
    EXPECT_NEAR(value(*report, "goodput_bps"), 8e9 * bytes / window_ns, 1);
  }
}

INSTANTIATE_TEST_SUITE_P(Loopback, TcpBulk,
                         testing::Values(std::tuple("tcp_stream", "127.0.0.1", 1), std::tuple("tcp_stream", "::1", 4),
                                         std::tuple("tcp_maerts", "127.0.0.1", 3), std::tuple("tcp_maerts", "::1", 1)));

TEST(TcpStream, IsPaced) {
  WorkloadSpec spec = spec_of("tcp_stream");
  spec.message_bytes = 10'000;
  spec.rate_bps = 40'000'000;
  spec.streams = 2;
  spec.duration_ns = 300 * kMs;
  const Reports reports = run_both(spec);
  ASSERT_BOTH(reports);
  EXPECT_LT(value(reports.client, "goodput_bps"), 42e6);
  EXPECT_GT(value(reports.client, "goodput_bps"), 30e6);
}

TEST(TcpStream, NeedsNoBindAddress) {
  WorkloadSpec spec = spec_of("tcp_stream");
  spec.bind_address = "";
  const Reports reports = run_both(spec);
  ASSERT_BOTH(reports);
}

TEST(TcpRr, HistogramHoldsEveryTransactionOfTheWindow) {
  WorkloadSpec spec = spec_of("tcp_rr");
  spec.message_bytes = 64;
  spec.streams = 2;
  const Reports reports = run_both(spec);
  ASSERT_BOTH(reports);
  const double transactions = value(reports.client, "transactions");
  ASSERT_TRUE(reports.client->latency_ns.has_value());
  EXPECT_FALSE(reports.server->latency_ns.has_value());
  EXPECT_GT(transactions, 10);
  EXPECT_EQ(static_cast<double>(reports.client->latency_ns->count()), transactions);
  EXPECT_EQ(value(reports.client, "bytes_sent"), 64 * transactions);
  EXPECT_EQ(value(reports.client, "total_bytes_received"), value(reports.server, "total_bytes_sent"));
  EXPECT_GT(reports.client->latency_ns->min(), 500);
  EXPECT_LE(reports.client->latency_ns->quantile(0.5), reports.client->latency_ns->quantile(0.99));
  // One transaction at a time: their times fill the streams' windows.
  EXPECT_LE(reports.client->latency_ns->mean() * transactions, 2.2 * static_cast<double>(spec.duration_ns) + 1e8);
}

TEST(TcpRr, CarriesRequestsLargerThanSocketBuffers) {
  WorkloadSpec spec = spec_of("tcp_rr");
  spec.message_bytes = 8 << 20;
  const Reports reports = run_both(spec);
  ASSERT_BOTH(reports);
  EXPECT_EQ(value(reports.client, "total_bytes_sent"), value(reports.server, "total_bytes_received"));
}

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
  auto socket = connect_socket(SOCK_DGRAM, *to, "", {}, {monotonic_ns() + kSecond, &halt});
  ASSERT_TRUE(socket.has_value());
  std::array<std::byte, kDatagramHeaderBytes + kHelloBytes> hello{};
  encode(DatagramHeader{DatagramKind::hello, 0}, std::span(hello).first<kDatagramHeaderBytes>());
  const auto body = encode(Hello{"udp_stream", 0, 1, spec.message_bytes, spec.rate_bps, 0, spec.duration_ns});
  std::copy(body.begin(), body.end(), hello.begin() + kDatagramHeaderBytes);
  ASSERT_GT(send(socket->get(), hello.data(), hello.size(), 0), 0);
  ASSERT_TRUE(wait_for(socket->get(), POLLIN, {monotonic_ns() + 5 * kSecond, nullptr}).has_value());
  for (const std::uint64_t number : {0, 1, 4, 3, 3}) send_header(socket->get(), {DatagramKind::data, number});
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
  for (const std::uint64_t number : {0, 1, 5, 2, 3}) tracker.saw(number);
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

class AllWorkloads : public testing::TestWithParam<std::string> {};

TEST_P(AllWorkloads, StopEndsBothSidesSoonWithPartialResults) {
  for (const bool client_stops : {true, false}) {
    WorkloadSpec spec = spec_of(GetParam());
    spec.duration_ns = 60'000 * kMs;
    std::int64_t stopped_ns = 0;
    const Reports reports = run_both(spec, [&](Stops& stops) {
      sleep_until_ns(monotonic_ns() + 300 * kMs);
      stopped_ns = monotonic_ns();
      (client_stops ? stops.client : stops.server).request();
    });
    EXPECT_LT(monotonic_ns() - stopped_ns, 2'000 * kMs);  // 200 ms on an idle machine
    ASSERT_BOTH(reports);
    EXPECT_THAT(reports.client->note, HasSubstr("ended early"));
    EXPECT_THAT(reports.server->note, HasSubstr("ended early"));
    EXPECT_GT(value(reports.client, "bytes_sent") + value(reports.client, "bytes_received"), 0);
    EXPECT_LT(reports.client->window_end_ns - reports.client->window_begin_ns, 5'000 * kMs);
  }
}

TEST_P(AllWorkloads, StopBeforeAnyClientIsNoError) {
  const auto server = WorkloadRegistry::instance().make(GetParam())->make_server();
  const WorkloadSpec spec = spec_of(GetParam());
  ASSERT_TRUE(server->prepare(spec).has_value());
  StopFlag stop;
  stop.request();
  const auto report = server->run(spec, stop);
  ASSERT_TRUE(report.has_value()) << report.error().text();
  EXPECT_THAT(report->note, HasSubstr("before any traffic"));
  EXPECT_FALSE(report->measure("goodput_bps").has_value());
}

TEST_P(AllWorkloads, NobodyListening) {
  WorkloadSpec spec = spec_of(GetParam());
  {
    auto free_port = bind_socket(SOCK_STREAM, "127.0.0.1", 0, {});
    spec.port = local_address(free_port->get())->port();
  }
  const auto client = WorkloadRegistry::instance().make(GetParam())->make_client();
  const auto report = client->run(spec, StopFlag());
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().text(), HasSubstr("127.0.0.1:" + std::to_string(spec.port) + ": Connection refused"));
  EXPECT_THAT(report.error().hint, HasSubstr("start the server"));
}

TEST_P(AllWorkloads, MessagesOutOfRangeAreUsageErrors) {
  for (const std::int64_t bytes : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 40}) {
    WorkloadSpec spec = spec_of(GetParam());
    spec.message_bytes = bytes;
    const auto port = WorkloadRegistry::instance().make(GetParam())->make_server()->prepare(spec);
    ASSERT_FALSE(port.has_value());
    EXPECT_EQ(port.error().kind, ErrorKind::usage);
    EXPECT_THAT(port.error().text(), HasSubstr("message_bytes = " + std::to_string(bytes)));
  }
}

TEST_P(AllWorkloads, DeclaresEveryMeasureItReports) {
  WorkloadSpec spec = spec_of(GetParam());
  spec.duration_ns = 100 * kMs;
  const Reports reports = run_both(spec);
  ASSERT_BOTH(reports);
  const auto workload = WorkloadRegistry::instance().make(GetParam());
  for (const auto* report : {&reports.server, &reports.client}) {
    for (const Measure& measure : (*report)->measures) {
      const auto declared = workload->measures();
      EXPECT_TRUE(std::any_of(declared.begin(), declared.end(), [&](const Metric& metric) {
        return metric.name == measure.name && metric.unit == measure.unit;
      })) << measure.name;
    }
    for (const char* name : {"bytes_sent", "bytes_received", "total_bytes_sent", "total_bytes_received", "goodput_bps",
                             "cpu_ns", "cpu_user_ns", "cpu_system_ns"})
      EXPECT_TRUE((*report)->measure(name).has_value()) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(All, AllWorkloads, testing::Values("tcp_stream", "tcp_maerts", "tcp_rr", "udp_stream"));

/// A TCP peer made by hand: connects to a server of `workload`, does `act`, and returns the server's result.
Result<WorkloadReport> serve_stranger(const std::string& workload, const std::function<void(int)>& act) {
  const auto server = WorkloadRegistry::instance().make(workload)->make_server();
  const WorkloadSpec spec = spec_of(workload);
  const auto port = server->prepare(spec);
  if (!port) return tl::unexpected(port.error());
  const StopFlag stop;
  auto report = std::async(std::launch::async, [&] { return server->run(spec, stop); });
  {
    auto socket =
        connect_socket(SOCK_STREAM, *parse_address("127.0.0.1", *port), "", {}, {monotonic_ns() + kSecond, nullptr});
    if (!socket) return tl::unexpected(socket.error());
    act(socket->get());
  }
  return report.get();
}

/// Greets properly and starts, as a client of one stream would.
void greet(int socket, const std::string& workload) {
  const WorkloadSpec spec = spec_of(workload);
  const auto hello = encode(Hello{workload, 0, 1, spec.message_bytes, 0, spec.warmup_ns, spec.duration_ns});
  const Patience patience{monotonic_ns() + 5 * kSecond, nullptr};
  ASSERT_TRUE(write_all(socket, hello, patience).has_value());
  std::array<std::byte, kAnswerBytes> answer{};
  ASSERT_TRUE(read_exact(socket, answer, patience).has_value());
  ASSERT_TRUE(decode_answer(answer).has_value());
  send_mark(socket, Mark::go);
}

TEST(TcpFaults, WrongMagic) {
  const auto report = serve_stranger("tcp_stream", [](int socket) {
    const std::string request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    (void)write_all(socket, std::as_bytes(std::span(request)), {monotonic_ns() + kSecond, nullptr});
    std::array<std::byte, 1> byte{};
    (void)read_exact(socket, byte, {monotonic_ns() + kSecond, nullptr});
  });
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().text(), HasSubstr("does not speak sriov-bench's protocol"));
  EXPECT_THAT(report.error().text(), HasSubstr("127.0.0.1:"));
}

TEST(TcpFaults, OtherVersion) {
  const auto report = serve_stranger("tcp_stream", [](int socket) {
    auto hello = encode(Hello{"tcp_stream", 0, 1, 65536, 0, 0, 1});
    put_u32(&hello[8], kWireVersion + 1);
    (void)write_all(socket, hello, {monotonic_ns() + kSecond, nullptr});
    std::array<std::byte, kAnswerBytes> answer{};
    ASSERT_TRUE(read_exact(socket, answer, {monotonic_ns() + kSecond, nullptr}).has_value());
    EXPECT_FALSE(decode_answer(answer).has_value());
  });
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().text(), HasSubstr("protocol version 3, this side 2"));
}

TEST(TcpFaults, OtherWorkload) {
  const auto report = serve_stranger("tcp_stream", [](int socket) {
    (void)write_all(socket, encode(Hello{"tcp_rr", 0, 1, 65536, 0, 0, 1}), {monotonic_ns() + kSecond, nullptr});
    std::array<std::byte, kAnswerBytes> answer{};
    (void)read_exact(socket, answer, {monotonic_ns() + kSecond, nullptr});
  });
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().text(), HasSubstr("the client runs 'tcp_rr', this side tcp_stream"));
}

TEST(TcpFaults, ClientVanishesWhileSending) {
  const auto report = serve_stranger("tcp_stream", [](int socket) {
    greet(socket, "tcp_stream");
    const std::vector<std::byte> some(100'000);
    (void)write_all(socket, some, {monotonic_ns() + kSecond, nullptr});
  });
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().text(), HasSubstr("stream 1 of 1"));
  EXPECT_THAT(report.error().text(), HasSubstr("lost the peer"));
  EXPECT_THAT(report.error().text(), HasSubstr("100000 bytes received"));
}

TEST(TcpFaults, ClientVanishesWhileReceiving) {
  const auto report = serve_stranger("tcp_maerts", [](int socket) {
    greet(socket, "tcp_maerts");
    std::vector<std::byte> some(100'000);
    (void)read_exact(socket, some, {monotonic_ns() + kSecond, nullptr});
  });
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().text(), HasSubstr("lost the peer"));
}

TEST(TcpFaults, ClientVanishesBetweenTransactions) {
  const auto report = serve_stranger("tcp_rr", [](int socket) { greet(socket, "tcp_rr"); });
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().text(), HasSubstr("lost the peer"));
}

TEST(TcpFaults, PortInUse) {
  WorkloadSpec spec = spec_of("tcp_stream");
  auto taken = listen_tcp("127.0.0.1", 0, 1, {});
  ASSERT_TRUE(taken.has_value());
  spec.port = local_address(taken->get())->port();
  const auto port = WorkloadRegistry::instance().make("tcp_stream")->make_server()->prepare(spec);
  ASSERT_FALSE(port.has_value());
  EXPECT_THAT(port.error().text(), HasSubstr("cannot bind to 127.0.0.1:" + std::to_string(spec.port)));
}

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

TEST(TcpBidir, CarriesBothWaysAtOnce) {
  const Reports reports = run_both(spec_of("tcp_bidir"));
  ASSERT_TRUE(reports.client) << reports.client.error().text();
  ASSERT_TRUE(reports.server) << reports.server.error().text();
  for (const WorkloadReport* report : {&*reports.client, &*reports.server}) {
    EXPECT_GT(report->measure("bytes_sent").value(), 0);
    EXPECT_GT(report->measure("bytes_received").value(), 0);
    EXPECT_GT(report->measure("service_demand_us_per_kb").value(), 0);
  }
  EXPECT_EQ(reports.client->measure("total_bytes_sent"), reports.server->measure("total_bytes_received"));
  EXPECT_EQ(reports.server->measure("total_bytes_sent"), reports.client->measure("total_bytes_received"));
}

TEST(DmaFootprint, SendsFromTheMemoryThatWasAskedForAndSaysWhatWasCopied) {
  WorkloadSpec spec = spec_of("dma_footprint");
  spec.message_bytes = 16384;
  spec.streams = 2;
  ASSERT_TRUE(set_workload_option(spec, "footprint_bytes", "1M"));
  const Reports reports = run_both(spec);
  ASSERT_TRUE(reports.client) << reports.client.error().text();
  ASSERT_TRUE(reports.server) << reports.server.error().text();
  EXPECT_EQ(reports.server->measure("footprint_bytes"), 1 << 20);
  EXPECT_GT(reports.server->measure("zero_copy_sends").value(), 0);
  // Loopback hands the pages to the receiver, so the kernel copies them: that must be told.
  EXPECT_GT(reports.server->measure("zero_copy_copied").value(), 0);
  EXPECT_THAT(reports.server->note, HasSubstr("zero-copy sends after all"));
  EXPECT_FALSE(reports.client->measure("footprint_bytes"));
}

TEST(SendRegion, GoesRoundItsMemory) {
  auto region = SendRegion::make(6000, 20000, PageSize::base);
  ASSERT_TRUE(region);
  EXPECT_EQ(region->bytes(), 24576U);  // Messages begin at pages: three of 8,192.
  const char* const first = region->message().data();
  region->advance();
  EXPECT_EQ(region->message().data() - first, 8192);
  EXPECT_EQ(region->message().size(), 6000U);
  region->advance();
  region->advance();
  EXPECT_EQ(region->message().data(), first);
}

TEST(TcpStream, EndsAfterTheBytesThatWereAskedFor) {
  WorkloadSpec spec = spec_of("tcp_stream");
  spec.warmup_ns = 0;
  spec.duration_ns = 20'000 * kMs;
  spec.streams = 3;
  spec.message_bytes = 1000;
  spec.total_bytes = 100'000;
  const Reports reports = run_both(spec);
  ASSERT_TRUE(reports.client) << reports.client.error().text();
  ASSERT_TRUE(reports.server) << reports.server.error().text();
  EXPECT_GE(reports.server->measure("total_bytes_received").value(), 100'000);
  EXPECT_LT(reports.server->measure("total_bytes_received").value(), 103'000);  // Whole messages of each stream.
  EXPECT_LT(reports.server->window_end_ns - reports.server->window_begin_ns, 10'000 * kMs);
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

TEST(StreamThreads, ArePinnedToTheCpusGiven) {
  WorkloadSpec spec = spec_of("tcp_stream");
  spec.client_cpus = "0";
  EXPECT_TRUE(run_both(spec).client);
  spec.client_cpus = "8000";
  const Reports reports = run_both(spec);
  ASSERT_FALSE(reports.client);
  EXPECT_THAT(reports.client.error().text(), HasSubstr("cannot pin a thread to CPU 8000"));
}

TEST(WorkloadOptions, OfAnotherProtocolAreRefused) {
  WorkloadSpec spec = spec_of("udp_stream");
  EXPECT_THAT(set_workload_option(spec, "congestion", "reno").error().text(),
              HasSubstr("congestion means nothing to udp_stream"));
  EXPECT_THAT(set_workload_option(spec, "footprint_bytes", "1M").error().text(),
              HasSubstr("unknown workload option 'footprint_bytes' of udp_stream"));
  EXPECT_TRUE(set_workload_option(spec, "gso", "true"));
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

TEST(Mixed, EndsEarlyWhenEitherSideIsAskedTo) {
  for (const bool client : {true, false}) {
    WorkloadSpec spec = spec_of("mixed");
    spec.duration_ns = 30'000 * kMs;
    const Reports reports = run_both(spec, [&](Stops& stops) {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      (client ? stops.client : stops.server).request();
    });
    ASSERT_BOTH(reports);
    EXPECT_THAT(reports.client->note, HasSubstr("ended early"));
  }
}

TEST(Mixed, RefusesPartsThatAreNone) {
  WorkloadSpec spec = spec_of("mixed");
  for (const char* bad : {"", "tcp_rr", "tcp_rr:0", "tcp_rr:1,tcp_rr:2", "mixed:1", "no_such:1", "tcp_rr:1,"})
    EXPECT_FALSE(set_workload_option(spec, "parts", bad)) << bad;
}

TEST(ManyFlows, AllCarryMessagesOnFewThreads) {
  WorkloadSpec spec = spec_of("many_flows");
  spec.message_bytes = 500;
  spec.streams = 2;
  ASSERT_TRUE(set_workload_option(spec, "flows", "301"));
  const Reports reports = run_both(spec);
  ASSERT_BOTH(reports);
  EXPECT_EQ(value(reports.client, "flows"), 301);
  EXPECT_EQ(value(reports.server, "flows"), 301);
  EXPECT_EQ(value(reports.server, "flows_silent"), 0);
  EXPECT_GT(value(reports.server, "bytes_received"), 0);
  EXPECT_EQ(value(reports.server, "total_bytes_received"), value(reports.client, "total_bytes_sent"));
}

TEST(ManyFlows, EndEarlyWhenEitherSideIsAskedTo) {
  for (const bool client : {true, false}) {
    WorkloadSpec spec = spec_of("many_flows");
    spec.duration_ns = 30'000 * kMs;
    const Reports reports = run_both(spec, [&](Stops& stops) {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      (client ? stops.client : stops.server).request();
    });
    ASSERT_BOTH(reports);
    EXPECT_THAT(reports.client->note, HasSubstr("ended early"));
  }
}

TEST(ManyFlows, NeedAFlowForEveryStream) {
  WorkloadSpec spec = spec_of("many_flows");
  spec.streams = 8;
  ASSERT_TRUE(set_workload_option(spec, "flows", "7"));
  const auto port = WorkloadRegistry::instance().make("many_flows")->make_client()->prepare(spec);
  ASSERT_FALSE(port);
  EXPECT_THAT(port.error().text(), HasSubstr("7 flows are too few for 8 streams"));
}

TEST(Wire, HelloRoundTrip) {
  const auto hello = decode_hello(encode(Hello{"udp_stream", 3, 8, 1400, 100, 5, 7}));
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(hello->workload, "udp_stream");
  EXPECT_EQ(hello->stream, 3U);
  EXPECT_EQ(hello->streams, 8U);
  EXPECT_EQ(hello->message_bytes, 1400);
  EXPECT_EQ(hello->duration_ns, 7);
  EXPECT_FALSE(decode_hello(encode(Hello{"x", 8, 8, 1, 0, 0, 1})).has_value());
}

}  // namespace
}  // namespace sriov
