// What holds for every workload, and bulk TCP and its faults: both sides for real over loopback, with short windows.
#include "workloads/workload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <functional>
#include <future>
#include <string>
#include <tuple>

#include "core/time.h"
#include "host/clock.h"
#include "tests/unit/support/both_sides.h"
#include "workloads/engine/socket.h"
#include "workloads/engine/wire.h"
#include "workloads/tcp/send_region.h"

namespace sriov {
namespace {

using test::kMs;
using test::Reports;
using test::run_both;
using test::spec_of;
using test::Stops;
using test::value;
using testing::HasSubstr;

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

class AllWorkloads : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (const std::string missing = test::missing_program(GetParam()); !missing.empty())
      GTEST_SKIP() << missing << " is not installed";
  }
};

TEST_P(AllWorkloads, StopEndsBothSidesSoonWithPartialResults) {
  for (const bool client_stops : {true, false}) {
    WorkloadSpec spec = spec_of(GetParam());
    // sockperf sets up memory for all of its run before it begins.
    const bool by_tool = test::is_carried_by_a_tool(GetParam());
    spec.duration_ns = (by_tool ? 6'000 : 60'000) * kMs;
    std::int64_t stopped_ns = 0;
    const Reports reports = run_both(spec, [&](Stops& stops) {
      sleep_until_ns(monotonic_ns() + (by_tool ? 3'000 : 300) * kMs);
      stopped_ns = monotonic_ns();
      (client_stops ? stops.client : stops.server).request();
    });
    EXPECT_LT(monotonic_ns() - stopped_ns, 2'000 * kMs);  // 200 ms on an idle machine
    ASSERT_BOTH(reports);
    EXPECT_THAT(reports.client->note, HasSubstr("ended early"));
    EXPECT_THAT(reports.server->note, HasSubstr("ended early"));
    EXPECT_LT(reports.client->window_end_ns - reports.client->window_begin_ns, 5'000 * kMs);
    if (by_tool && !reports.client->measure("bytes_sent"))
      continue;  // Its window had not begun, or it tells nothing then.
    EXPECT_GT(value(reports.client, "bytes_sent") + value(reports.client, "bytes_received"), 0);
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
  const Reports reports = run_both(spec_of(GetParam()));
  ASSERT_BOTH(reports);
  for (const auto* report : {&reports.server, &reports.client}) {
    for (const Measure& measure : (*report)->measures) {
      // A mixture's parts tell theirs as "PART.NAME".
      const std::size_t dot = measure.name.find('.');
      const std::string whose = dot == std::string::npos ? GetParam() : measure.name.substr(0, dot);
      const std::string name = dot == std::string::npos ? measure.name : measure.name.substr(dot + 1);
      const auto workload = WorkloadRegistry::instance().make(whose);
      ASSERT_NE(workload, nullptr) << measure.name;
      const auto declared = workload->measures();
      EXPECT_TRUE(std::any_of(declared.begin(), declared.end(), [&](const Metric& metric) {
        return metric.name == name && metric.unit == measure.unit;
      })) << measure.name;
    }
    for (const char* name : {"bytes_sent", "bytes_received", "total_bytes_sent", "total_bytes_received", "goodput_bps",
                             "cpu_ns", "cpu_user_ns", "cpu_system_ns"})
      EXPECT_TRUE((*report)->measure(name).has_value()) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(All, AllWorkloads, testing::ValuesIn(WorkloadRegistry::instance().names()),
                         [](const auto& instance) { return instance.param; });

/// A TCP peer made by hand: connects to a server of `workload`, does `act`, and returns the server's result.
Result<WorkloadReport> serve_stranger(const std::string& workload, const std::function<void(int)>& act) {
  const auto server = WorkloadRegistry::instance().make(workload)->make_server();
  const WorkloadSpec spec = spec_of(workload);
  const auto port = server->prepare(spec);
  if (!port) return tl::unexpected(port.error());
  const StopFlag stop;
  auto report = std::async(std::launch::async, [&] { return server->run(spec, stop); });
  {
    auto socket = connect_socket(SOCK_STREAM, *parse_address("127.0.0.1", *port), "", {},
                                 {monotonic_ns() + kNsPerSecond, nullptr});
    if (!socket) return tl::unexpected(socket.error());
    act(socket->get());
  }
  return report.get();
}

/// Greets properly and starts, as a client of one stream would.
void greet(int socket, const std::string& workload) {
  const WorkloadSpec spec = spec_of(workload);
  const auto hello = encode(Hello{workload, 0, 1, spec.message_bytes, 0, spec.warmup_ns, spec.duration_ns});
  const Patience patience{monotonic_ns() + 5 * kNsPerSecond, nullptr};
  ASSERT_TRUE(write_all(socket, hello, patience).has_value());
  std::array<std::byte, kAnswerBytes> answer{};
  ASSERT_TRUE(read_exact(socket, answer, patience).has_value());
  ASSERT_TRUE(decode_answer(answer).has_value());
  send_mark(socket, Mark::go);
}

TEST(TcpFaults, WrongMagic) {
  const auto report = serve_stranger("tcp_stream", [](int socket) {
    const std::string request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    (void)write_all(socket, std::as_bytes(std::span(request)), {monotonic_ns() + kNsPerSecond, nullptr});
    std::array<std::byte, 1> byte{};
    (void)read_exact(socket, byte, {monotonic_ns() + kNsPerSecond, nullptr});
  });
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().text(), HasSubstr("does not speak sriov-bench's protocol"));
  EXPECT_THAT(report.error().text(), HasSubstr("127.0.0.1:"));
}

TEST(TcpFaults, OtherVersion) {
  const auto report = serve_stranger("tcp_stream", [](int socket) {
    auto hello = encode(Hello{"tcp_stream", 0, 1, 65536, 0, 0, 1});
    put_u32(&hello[8], kWireVersion + 1);
    (void)write_all(socket, hello, {monotonic_ns() + kNsPerSecond, nullptr});
    std::array<std::byte, kAnswerBytes> answer{};
    ASSERT_TRUE(read_exact(socket, answer, {monotonic_ns() + kNsPerSecond, nullptr}).has_value());
    EXPECT_FALSE(decode_answer(answer).has_value());
  });
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().text(), HasSubstr("protocol version 3, this side 2"));
}

TEST(TcpFaults, OtherWorkload) {
  const auto report = serve_stranger("tcp_stream", [](int socket) {
    (void)write_all(socket, encode(Hello{"tcp_rr", 0, 1, 65536, 0, 0, 1}), {monotonic_ns() + kNsPerSecond, nullptr});
    std::array<std::byte, kAnswerBytes> answer{};
    (void)read_exact(socket, answer, {monotonic_ns() + kNsPerSecond, nullptr});
  });
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().text(), HasSubstr("the client runs 'tcp_rr', this side tcp_stream"));
}

TEST(TcpFaults, ClientVanishesWhileSending) {
  const auto report = serve_stranger("tcp_stream", [](int socket) {
    greet(socket, "tcp_stream");
    const std::vector<std::byte> some(100'000);
    (void)write_all(socket, some, {monotonic_ns() + kNsPerSecond, nullptr});
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
    (void)read_exact(socket, some, {monotonic_ns() + kNsPerSecond, nullptr});
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

TEST(StreamThreads, ArePinnedToTheCpusGiven) {
  WorkloadSpec spec = spec_of("tcp_stream");
  spec.client_cpus = "0";
  EXPECT_TRUE(run_both(spec).client);
  spec.client_cpus = "8000";
  const Reports reports = run_both(spec);
  ASSERT_FALSE(reports.client);
  EXPECT_THAT(reports.client.error().text(), HasSubstr("cannot pin a thread to CPU 8000"));
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
