// Our engine against iperf3, in the same namespaces, one after the other.
#include <algorithm>
#include <cmath>
#include <functional>

#include <nlohmann/json.hpp>

#include "harness.h"
#include "host/clock.h"
#include "runner/traffic.h"
#include "testbed/netns/topology.h"

namespace sriov::integration {
namespace {

constexpr int kPairs = 5;
constexpr int kRounds = 3;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

class Iperf3Test : public BenchTest {
 protected:
  void SetUp() override {
    BenchTest::SetUp();
    if (IsSkipped()) return;
    if (find_program("iperf3").empty()) GTEST_SKIP() << "iperf3 is not installed";
    setenv("SRIOV_BENCH_AGENT", SRIOV_AGENT, 1);
    auto machine = netns::this_machine();
    ASSERT_TRUE(machine);
    namespaces_.peer = start(*machine, "peer");
    namespaces_.bridge = start(*machine, "switch");
    namespaces_.guests.push_back(start(*machine, "guest1"));
    ASSERT_TRUE(netns::build_veth(namespaces_));
    setup_ = netns::veth_setup("veth", namespaces_, {});
  }

  netns::Namespace start(const netns::Machine& machine, const std::string& name) {
    auto started = netns::start_namespace(loop_, machine, name, true);
    EXPECT_TRUE(started) << (started ? "" : started.error().text());
    return started ? std::move(*started) : netns::Namespace{};
  }

  /// `rate_bps` 0: as fast as it goes.
  double ours_bps(std::int64_t rate_bps) {
    WorkloadSpec spec;
    spec.workload = "tcp_stream";
    spec.rate_bps = rate_bps;
    spec.warmup_ns = 200'000'000;
    spec.duration_ns = 1'000'000'000;
    const std::vector<Endpoint> endpoints{{"peer", "peer", "", namespaces_.peer.client.get()},
                                          {"guest1", "guest", "", namespaces_.guests[0].client.get()}};
    auto traffic = Traffic::prepare(endpoints, setup_, spec, {});
    EXPECT_TRUE(traffic) << (traffic ? "" : traffic.error().text());
    std::vector<EndpointReport> reports;
    if (!traffic || !traffic->run(
                        loop_, [] { return false; }, reports))
      return 0;
    for (const EndpointReport& report : reports) {
      if (!report.is_server) continue;
      const auto window = static_cast<double>(report.report.window_end_ns - report.report.window_begin_ns);
      return report.report.measure("bytes_received").value_or(0) * 8e9 / window;
    }
    return 0;
  }

  double iperf3_bps(std::int64_t rate_bps) {
    const Lane& lane = setup_.lanes.front();
    EXPECT_TRUE(namespaces_.guests[0].shell().output_of({"iperf3", "-s", "-1", "-D", "-B", lane.server_address}));
    const auto listens = [&] {
      const auto sockets = namespaces_.guests[0].shell().read("/proc/net/tcp");
      return sockets && sockets->find(":1451 00000000:0000 0A") != std::string::npos;  // Port 5201, listening.
    };
    EXPECT_TRUE(eventually(listens, 5));
    const auto out =
        namespaces_.peer.shell().output_of({"iperf3", "-c", lane.server_address, "-B", lane.client_address, "-l", "64K",
                                            "-O", "0.2", "-t", "1", "-b", std::to_string(rate_bps), "-J"});
    EXPECT_TRUE(out) << (out ? "" : out.error().text());
    if (!out) return 0;
    const auto json = nlohmann::json::parse(*out, nullptr, false);
    return json["end"]["sum_received"].value("bits_per_second", 0.0);
  }

  /// Ratio of medians, ours to theirs; further rounds only while `agrees` says no, for the machine's noise.
  double ratio_at(std::int64_t rate_bps, const std::function<bool(double)>& agrees) {
    double ratio = 0;
    for (int round = 0; round < kRounds && !agrees(ratio); ++round) {
      std::vector<double> ours;
      std::vector<double> theirs;
      for (int pair = 0; pair < kPairs; ++pair) {  // Alternating which comes first: drift hits both alike.
        if (pair % 2 == 0) ours.push_back(ours_bps(rate_bps));
        theirs.push_back(iperf3_bps(rate_bps));
        if (pair % 2 != 0) ours.push_back(ours_bps(rate_bps));
      }
      ratio = median(ours) / median(theirs);
    }
    return ratio;
  }

  agent::EventLoop loop_;
  netns::Namespaces namespaces_;
  PathSetup setup_;
};

// A stream that neither tool is the limit of: both must report the same throughput, or one of them miscounts.
TEST_F(Iperf3Test, TcpThroughputWithinFivePercentAtTheSameRate) {
  const double ratio = ratio_at(500'000'000, [](double value) { return std::abs(value - 1) <= 0.05; });
  EXPECT_NEAR(ratio, 1, 0.05) << "ours / iperf3, in the last of " << kRounds << " rounds";
}

// At full speed the tools themselves are the limit, and what is measured must be the path: ours must not be the slower.
TEST_F(Iperf3Test, TcpThroughputAtFullSpeedIsNotBelow) {
  const double ratio = ratio_at(0, [](double value) { return value >= 0.95; });
  EXPECT_GE(ratio, 0.95) << "ours / iperf3, in the last of " << kRounds << " rounds";
}

}  // namespace
}  // namespace sriov::integration
