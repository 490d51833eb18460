// Workloads that other tools carry: what is refused, what is told, and how faults end. The tools themselves where they
// are installed; shell scripts in their place where a fault is wanted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <future>

#include "core/time.h"
#include "host/clock.h"
#include "host/file.h"
#include "tests/unit/support/both_sides.h"
#include "tests/unit/support/temporary_directory.h"
#include "workloads/adapters/cpu_timeline.h"
#include "workloads/adapters/tool_message.h"
#include "workloads/engine/socket.h"

namespace sriov {
namespace {

using test::kMs;
using test::Reports;
using test::run_both;
using test::spec_of;
using test::value;
using testing::HasSubstr;

/// Programs of a test in front of PATH, or alone in it.
class Programs {
 public:
  explicit Programs(bool alone = false) : before_(std::getenv("PATH")) {
    ::setenv("PATH", (alone ? directory_.path() : directory_.path() + ":" + before_).c_str(), 1);
  }
  Programs(const Programs&) = delete;
  Programs& operator=(const Programs&) = delete;
  ~Programs() { ::setenv("PATH", before_.c_str(), 1); }

  void add(const std::string& name, const std::string& script) {
    const std::string path = directory_.path() + "/" + name;
    ASSERT_TRUE(write_file(path, "#!/bin/sh\n" + script + "\n"));
    ASSERT_EQ(::chmod(path.c_str(), 0755), 0);
  }

 private:
  test::TemporaryDirectory directory_;
  std::string before_;
};

TEST(ToolWorkloads, CheckNeedsNoToolAndRefusesWhatItCannotBeTold) {
  const Programs none(true);
  for (const std::string& name : WorkloadRegistry::instance().names()) {
    const auto workload = WorkloadRegistry::instance().make(name);
    if (workload->needs().empty()) continue;
    SCOPED_TRACE(name);
    WorkloadSpec spec = spec_of(name);
    EXPECT_TRUE(workload->check(spec)) << workload->check(spec).error().text();
    spec.total_bytes = 1000;
    spec.gro = true;
    const auto refused = workload->check(spec);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::usage);
    EXPECT_THAT(refused.error().text(), HasSubstr(std::string(workload->needs()) + " cannot be told"));
  }
}

TEST(ToolWorkloads, MissingToolIsAnEnvironmentErrorThatSaysHowToGetIt) {
  const Programs none(true);
  for (const char* name : {"iperf3_tcp_stream", "sockperf_tcp_rr", "netperf_tcp_rr"}) {
    const auto workload = WorkloadRegistry::instance().make(name);
    for (const bool server : {true, false}) {
      const auto side = server ? workload->make_server() : workload->make_client();
      const auto prepared = side->prepare(spec_of(name));
      // /usr/sbin is searched whatever PATH says; no tool is there.
      ASSERT_FALSE(prepared) << name;
      EXPECT_EQ(prepared.error().kind, ErrorKind::environment);
      EXPECT_THAT(prepared.error().text(), HasSubstr("is not installed here"));
      EXPECT_THAT(prepared.error().hint, HasSubstr("apt-get install"));
    }
  }
}

TEST(ToolWorkloads, SecondsAndIntervalsThatToolsDoNotHaveAreUsageErrors) {
  WorkloadSpec spec = spec_of("sockperf_udp_pps");
  spec.duration_ns = 1500 * kMs;
  EXPECT_THAT(WorkloadRegistry::instance().make(spec.workload)->check(spec).error().text(), HasSubstr("whole seconds"));
  spec = spec_of("iperf3_tcp_stream");
  spec.warmup_ns = 50 * kMs;
  EXPECT_THAT(WorkloadRegistry::instance().make(spec.workload)->check(spec).error().text(), HasSubstr("100ms"));
}

TEST(ToolWorkloads, WindowExcludesTheWarmUpAndTotalsIncludeIt) {
  for (const std::string name : {"iperf3_tcp_stream", "iperf3_tcp_maerts", "iperf3_udp_stream", "sockperf_udp_rr",
                                 "sockperf_udp_pps", "netperf_tcp_maerts", "netperf_tcp_rr"}) {
    if (!test::missing_program(name).empty()) continue;
    SCOPED_TRACE(name);
    WorkloadSpec spec = spec_of(name);
    spec.warmup_ns = 1'000 * kMs;
    if (name == "iperf3_udp_stream") spec.rate_bps = 20'000'000;
    const Reports reports = run_both(spec);
    ASSERT_BOTH(reports);
    for (const auto* report : {&reports.client, &reports.server}) {
      const double window = value(*report, "bytes_sent") + value(*report, "bytes_received");
      const double life = value(*report, "total_bytes_sent") + value(*report, "total_bytes_received");
      EXPECT_GT(window, 0);
      EXPECT_LT(window, life);
      EXPECT_GT(value(*report, "cpu_ns"), 0);
      EXPECT_EQ((*report)->note, "");
      const auto length_ns = static_cast<double>((*report)->window_end_ns - (*report)->window_begin_ns);
      EXPECT_NEAR(length_ns, 1e9, 0.2e9);
    }
    // The same machine, so the same clock.
    EXPECT_LT(std::abs(reports.client->window_begin_ns - reports.server->window_begin_ns), 50 * kMs);
  }
}

TEST(ToolWorkloads, SockperfsRoundTripsAreAHistogram) {
  if (!test::missing_program("sockperf_tcp_rr").empty()) GTEST_SKIP() << "sockperf is not installed";
  const Reports reports = run_both(spec_of("sockperf_tcp_rr"));
  ASSERT_BOTH(reports);
  ASSERT_TRUE(reports.client->latency_ns);
  EXPECT_EQ(static_cast<double>(reports.client->latency_ns->count()), value(reports.client, "transactions"));
  EXPECT_EQ(value(reports.client, "bytes_sent"), 64 * value(reports.client, "transactions"));
  EXPECT_GT(value(reports.server, "total_bytes_received"), 64 * value(reports.client, "transactions"));
}

TEST(ToolWorkloads, Iperf3sIntervalsAddUpToItsWindow) {
  if (!test::missing_program("iperf3_tcp_stream").empty()) GTEST_SKIP() << "iperf3 is not installed";
  WorkloadSpec spec = spec_of("iperf3_tcp_stream");
  spec.warmup_ns = 500 * kMs;
  spec.duration_ns = 1'500 * kMs;
  spec.interval_ns = 500 * kMs;
  const Reports reports = run_both(spec);
  ASSERT_BOTH(reports);
  ASSERT_EQ(reports.client->intervals.size(), 4U);
  double sum = 0;
  for (const WorkloadInterval& interval : reports.client->intervals)
    if (!interval.is_warmup) sum += interval.measure("bytes_sent").value();
  EXPECT_EQ(sum, value(reports.client, "bytes_sent"));
  EXPECT_EQ(reports.client->intervals[1].begin_ns, reports.client->window_begin_ns);
}

TEST(ToolWorkloads, PinnedToACpuThatIsNotThere) {
  if (!test::missing_program("iperf3_tcp_stream").empty()) GTEST_SKIP() << "iperf3 is not installed";
  WorkloadSpec spec = spec_of("iperf3_tcp_stream");
  spec.client_cpus = "1000";
  const Reports reports = run_both(spec);
  ASSERT_FALSE(reports.client);
  EXPECT_THAT(reports.client.error().text(), HasSubstr("pinned to CPUs 1000"));
  ASSERT_FALSE(reports.server);
  EXPECT_THAT(reports.server.error().text(), HasSubstr("the client gave up"));
}

TEST(ToolFaults, AServerThatEndsAtOnceTellsBothSidesWhy) {
  Programs programs;
  programs.add("iperf3", "echo 'iperf3: error - unable to start listener: Address already in use' >&2; exit 1");
  const Reports reports = run_both(spec_of("iperf3_tcp_stream"));
  ASSERT_FALSE(reports.server);
  EXPECT_THAT(reports.server.error().text(), HasSubstr("exit code 1: iperf3: error - unable to start listener"));
  ASSERT_FALSE(reports.client);
  EXPECT_THAT(reports.client.error().text(), HasSubstr("the server gave up: iperf3 ended with exit code 1"));
}

TEST(ToolFaults, AClientThatPrintsNonsenseTellsBothSides) {
  if (!test::missing_program("iperf3_tcp_stream").empty()) GTEST_SKIP() << "iperf3 is not installed";
  const std::string real = find_program("iperf3");
  Programs programs;
  programs.add("iperf3", "case \"$*\" in *' -s '*) exec " + real + " \"$@\";; *) echo '{\"start\": {'; exit 0;; esac");
  const Reports reports = run_both(spec_of("iperf3_tcp_stream"));
  ASSERT_FALSE(reports.client);
  EXPECT_THAT(reports.client.error().text(), HasSubstr("no JSON, or is cut off"));
  ASSERT_FALSE(reports.server);
  EXPECT_THAT(reports.server.error().text(), HasSubstr("the client gave up"));
}

TEST(ToolFaults, AToolThatDoesNotHearIsKilled) {
  if (!test::missing_program("iperf3_tcp_stream").empty()) GTEST_SKIP() << "iperf3 is not installed";
  const std::string real = find_program("iperf3");
  Programs programs;
  programs.add("iperf3", "case \"$*\" in *' -s '*) exec " + real +
                             " \"$@\";; *) trap '' INT TERM; while :; do sleep 60; done;; esac");
  WorkloadSpec spec = spec_of("iperf3_tcp_stream");
  std::int64_t stopped_ns = 0;
  const Reports reports = run_both(spec, [&](test::Stops& stops) {
    sleep_until_ns(monotonic_ns() + 300 * kMs);
    stopped_ns = monotonic_ns();
    stops.client.request();
  });
  EXPECT_LT(monotonic_ns() - stopped_ns, 10'000 * kMs);
  EXPECT_FALSE(reports.client && reports.client->measure("bytes_sent"));
}

TEST(ToolFaults, AClientThatGoesAwayIsALostPeer) {
  if (!test::missing_program("iperf3_tcp_stream").empty()) GTEST_SKIP() << "iperf3 is not installed";
  const auto server = WorkloadRegistry::instance().make("iperf3_tcp_stream")->make_server();
  const WorkloadSpec spec = spec_of("iperf3_tcp_stream");
  const auto port = server->prepare(spec);
  ASSERT_TRUE(port);
  const StopFlag stop;
  auto report = std::async(std::launch::async, [&] { return server->run(spec, stop); });
  {
    const Patience patience{monotonic_ns() + 5 * kNsPerSecond, nullptr};
    auto socket = connect_socket(SOCK_STREAM, *parse_address("127.0.0.1", *port), "", {}, patience);
    ASSERT_TRUE(socket);
    const Hello hello{spec.workload, 0, 1, spec.message_bytes, 0, spec.warmup_ns, spec.duration_ns};
    ASSERT_TRUE(write_all(socket->get(), encode(hello), patience));
    std::array<std::byte, kAnswerBytes> answer{};
    ASSERT_TRUE(read_exact(socket->get(), answer, patience));
    const auto ready = receive_message(socket->get(), patience);
    ASSERT_TRUE(ready) << ready.error().text();
    EXPECT_GT(ready->port, 0);
  }
  const auto failed = report.get();
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().text(), HasSubstr("lost the peer"));
}

TEST(ToolMessage, RoundTrip) {
  ToolMessage message;
  message.kind = ToolMessage::Kind::done;
  message.stopped = true;
  message.has_window = true;
  message.began_ago_ns = 3'000'000'000;
  message.ended_ago_ns = 5;
  message.told = {{{"bytes_sent", "bytes", 1e12}}, {1, std::nullopt}};
  const auto read = decode_tool_message(encode(message));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->kind, ToolMessage::Kind::done);
  EXPECT_TRUE(read->stopped);
  EXPECT_TRUE(read->has_window);
  EXPECT_EQ(read->began_ago_ns, 3'000'000'000);
  EXPECT_EQ(read->told.measure("bytes_sent"), 1e12);
  EXPECT_EQ(read->told.total.sent, 1);
  EXPECT_FALSE(read->told.total.received);
}

TEST(ToolMessage, NonsenseIsRefused) {
  for (const char* text :
       {"", "{}", "[]", "{\"kind\":7}", "{\"kind\":\"ready\"}", "{\"kind\":\"ready\",\"port\":70000}",
        "{\"kind\":\"done\",\"measures\":[[1,2,3]]}", "{\"kind\":\"done\",\"measures\":[[\"a\",\"b\"]]}"})
    EXPECT_FALSE(decode_tool_message(text)) << text;
}

TEST(CpuTimeline, TellsAPartOfALife) {
  CpuTimeline timeline;
  EXPECT_FALSE(timeline.between(0, 10));
  timeline.add(0, {0, 0, 0});
  timeline.add(100, {50, 10, 40});
  timeline.add(200, {150, 30, 120});
  const auto middle = timeline.between(50, 150);
  ASSERT_TRUE(middle);
  EXPECT_EQ(middle->total_ns, 75);
  EXPECT_EQ(middle->user_ns, 15);
  EXPECT_EQ(middle->system_ns, 60);
  EXPECT_EQ(timeline.between(-5, 500)->total_ns, 150);
}

TEST(CpuTimeline, KeepsABoundedNumberOfSamples) {
  CpuTimeline timeline;
  const auto count = static_cast<std::int64_t>(3 * CpuTimeline::kMostSamples);
  for (std::int64_t i = 0; i <= count; ++i) timeline.add(i * 1000, {i, i, 0});
  EXPECT_NEAR(static_cast<double>(timeline.between(1'000'000, 9'000'000)->total_ns), 8000, 10);
  EXPECT_FALSE(timeline.is_due(count * 1000 + 30'000'000)) << "fewer are taken then";
}

}  // namespace
}  // namespace sriov
