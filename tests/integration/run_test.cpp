// Whole runs on the veth paths: every workload with every collector, and what is kept of them.
#include <algorithm>
#include <cmath>
#include <set>

#include "analyzers/metrics/trial_metrics.h"
#include "analyzers/trial/counter.h"
#include "collector/collector.h"
#include "harness.h"
#include "host/clock.h"
#include "host/file.h"
#include "host/process.h"
#include "workloads/workload.h"

namespace sriov::integration {
namespace {

using testing::HasSubstr;

std::string quoted_list(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "\"" : ", \"") + word + '"';
  return "[" + out + "]";
}

class RunTest : public BenchTest {};

TEST_F(RunTest, EveryWorkloadWithEveryCollectorOnBothPaths) {
  auto workloads = WorkloadRegistry::instance().names();
  // Those of other tools count in whole seconds.
  std::erase_if(workloads,
                [](const std::string& name) { return !WorkloadRegistry::instance().make(name)->needs().empty(); });
  const auto collectors = CollectorRegistry::instance().names();
  const std::string file = experiment(
      "testbed = 'netns'\nrepetitions = 1\nwarmup = '100ms'\nduration = '600ms'\ninterval = '50ms'\ncollectors = " +
      quoted_list(collectors) + "\n[factors]\nworkload = " + quoted_list(workloads) +
      "\n[workload.udp_stream]\nrate_bps = '50M'\n");
  const CommandOutput output = bench({"run", file, "-o", result()});
  ASSERT_EQ(output.exit_code, 0) << output.err;
  EXPECT_FALSE(output.out.empty());
  EXPECT_TRUE(exists(result() + "/summary.csv"));
  EXPECT_TRUE(exists(result() + "/samples.csv"));

  const auto store = Store::open(result());
  ASSERT_TRUE(store);
  std::string events;
  const auto told = store->events();
  ASSERT_TRUE(told);
  for (const std::string& event : *told) events += event + '\n';
  // All namespaces are on one kernel: what counts the whole of it is not sampled as if each were another machine.
  const auto of_the_machine = collectors_of(CollectorScope::machine);
  const auto all = trials();
  ASSERT_EQ(all.size(), workloads.size() * 2);
  for (const TrialSummary& trial : all) {
    SCOPED_TRACE(to_string(trial.record.planned.cell));
    EXPECT_EQ(trial.record.status, TrialStatus::ok) << trial.record.reason;
    ASSERT_EQ(trial.record.reports.size(), 2U);
    for (const EndpointReport& report : trial.record.reports)
      EXPECT_GT(report.report.window_end_ns, report.report.window_begin_ns);
    std::set<std::string> seen;
    for (const SampleBlock& block : blocks(trial.id)) {
      seen.insert(block.collector);
      EXPECT_GE(block.rows(), 5U) << block.endpoint << ' ' << block.collector;
      const bool is_of_the_machine = std::ranges::find(of_the_machine, block.collector) != of_the_machine.end();
      EXPECT_TRUE(!is_of_the_machine || block.endpoint == "host") << block.collector << " on " << block.endpoint;
    }
    for (const std::string& collector : collectors)
      EXPECT_TRUE(seen.count(collector) == 1 || events.find("collector " + collector + " skipped") != std::string::npos)
          << collector << " has neither samples nor a reason";
  }
}

TEST_F(RunTest, TrialsOfOtherToolsAreVerifiedAsOursAre) {
  if (find_program("iperf3").empty() || find_program("sockperf").empty())
    GTEST_SKIP() << "iperf3 or sockperf is not installed";
  const std::string file = experiment(
      "testbed = 'netns'\nrepetitions = 1\nwarmup = '1s'\nduration = '1s'\n[factors]\npath = 'veth'\n"
      "workload = ['iperf3_tcp_stream', 'iperf3_tcp_maerts', 'iperf3_udp_stream', 'sockperf_tcp_rr', "
      "'sockperf_udp_pps']\n[workload.iperf3_udp_stream]\nrate_bps = '20M'\n");
  const CommandOutput output = bench({"run", file, "-o", result()});
  ASSERT_EQ(output.exit_code, 0) << output.err;
  for (const TrialSummary& trial : trials()) {
    SCOPED_TRACE(to_string(trial.record.planned.cell));
    EXPECT_EQ(trial.record.status, TrialStatus::ok) << trial.record.reason;
    double received = 0;
    for (const EndpointReport& report : trial.record.reports)
      received += report.report.measure("bytes_received").value_or(0);
    EXPECT_GT(received, 0);
  }
}

TEST_F(RunTest, ToolThatIsMissingIsToldBeforeTheFirstTrial) {
  if (!find_program("netserver").empty()) GTEST_SKIP() << "netperf is installed";
  const std::string file = experiment(
      "testbed = 'netns'\nrepetitions = 1\nduration = '1s'\n[factors]\npath = 'veth'\n"
      "workload = ['tcp_stream', 'netperf_tcp_stream']\n");
  const CommandOutput output = bench({"run", file, "-o", result()});
  EXPECT_EQ(output.exit_code, 3);
  EXPECT_THAT(output.err, HasSubstr("netserver is not installed here"));
  EXPECT_FALSE(exists(result() + "/run.sqlite"));
}

TEST_F(RunTest, SeveralGuestsAtOnceEachVerified) {
  const std::string file = experiment(
      "testbed = 'netns'\nguests = 2\nrepetitions = 1\nwarmup = '100ms'\nduration = '500ms'\n"
      "[factors]\nworkload = 'tcp_stream'\nguests = [1, 2]\n");
  const CommandOutput output = bench({"run", file, "-o", result(), "--json"});
  ASSERT_EQ(output.exit_code, 0) << output.err;
  EXPECT_THAT(output.out, HasSubstr("\"complete\": true"));
  for (const TrialSummary& trial : trials()) {
    const std::size_t guests = trial.record.planned.cell.at("guests") == "2" ? 2 : 1;
    EXPECT_EQ(trial.record.setup.lanes.size(), guests);
    EXPECT_EQ(trial.record.reports.size(), 2 * guests);
  }
}

TEST_F(RunTest, GuestsTalkToEachOtherByIpv4AndIpv6) {
  const std::string file = experiment(
      "testbed = 'netns'\nguests = 2\npartner = 'guest'\nrepetitions = 1\nwarmup = '100ms'\nduration = '400ms'\n"
      "[factors]\nworkload = ['tcp_stream', 'udp_rr']\nip_version = [4, 6]\n");
  const CommandOutput output = bench({"run", file, "-o", result()});
  ASSERT_EQ(output.exit_code, 0) << output.err;
  const auto all = trials();
  ASSERT_EQ(all.size(), 8U);
  for (const TrialSummary& trial : all) {
    SCOPED_TRACE(to_string(trial.record.planned.cell));
    EXPECT_EQ(trial.record.status, TrialStatus::ok) << trial.record.reason;
    ASSERT_EQ(trial.record.setup.lanes.size(), 1U);
    const Lane& lane = trial.record.setup.lanes[0];
    EXPECT_EQ(lane.client_endpoint, "guest1");
    EXPECT_EQ(lane.server_endpoint, "guest2");
    const bool ipv6 = trial.record.planned.cell.at("ip_version") == "6";
    EXPECT_EQ(lane.server_address.find(':') != std::string::npos, ipv6) << lane.server_address;
  }
}

TEST_F(RunTest, StaggeredLanesAreCountedInOneWindow) {
  const std::string file = experiment(
      "testbed = 'netns'\nguests = 3\nrepetitions = 1\nwarmup = '100ms'\nduration = '500ms'\nstagger = '300ms'\n"
      "[factors]\npath = 'veth'\nworkload = 'tcp_stream'\n");
  const CommandOutput output = bench({"run", file, "-o", result()});
  ASSERT_EQ(output.exit_code, 0) << output.err;
  const auto all = trials();
  ASSERT_EQ(all.size(), 1U);
  std::map<int, std::int64_t> began_ns;  // Of the senders' warm-ups: one kernel, so one clock.
  std::map<int, std::int64_t> window_ns;
  const auto store = Store::open(result());
  ASSERT_TRUE(store);
  const auto intervals = store->intervals(all[0].id);
  ASSERT_TRUE(intervals);
  ASSERT_EQ(intervals->size(), all[0].record.reports.size());
  for (std::size_t i = 0; i < intervals->size(); ++i) {
    const EndpointReport& entry = all[0].record.reports[i];
    if (entry.is_server) continue;
    ASSERT_FALSE((*intervals)[i].empty());
    began_ns[entry.lane] = (*intervals)[i].front().begin_ns;
    window_ns[entry.lane] = entry.report.window_begin_ns;
  }
  ASSERT_EQ(began_ns.size(), 3U);
  for (int lane = 1; lane < 3; ++lane) {
    EXPECT_NEAR(static_cast<double>(began_ns[lane] - began_ns[0]) / 1e6, 300.0 * lane, 100);
    EXPECT_NEAR(static_cast<double>(window_ns[lane] - window_ns[0]) / 1e6, 0, 100);
  }
}

constexpr const char* kBudget = "/proc/sys/net/core/netdev_budget";

std::string knob_experiment(const std::string& duration) {
  return "testbed = 'netns'\nrepetitions = 1\nwarmup = '100ms'\nduration = '" + duration +
         "'\n[factors]\npath = 'veth'\nworkload = 'tcp_stream'\n'host:netdev_budget' = [311, 317]\n";
}

TEST_F(RunTest, KnobsAreSetForTheirTrialsAndPutBack) {
  const std::string before = read_word(kBudget);
  if (before.empty()) GTEST_SKIP() << "this kernel does not show " << kBudget;
  const CommandOutput output = bench({"run", experiment(knob_experiment("300ms")), "-o", result()});
  ASSERT_EQ(output.exit_code, 0) << output.err;
  EXPECT_EQ(read_word(kBudget), before);
  EXPECT_THAT(output.err, HasSubstr("host: netdev_budget = 311, was " + before));
  EXPECT_THAT(output.err, HasSubstr("host: netdev_budget = 317, was " + before));
  EXPECT_EQ(trials().size(), 2U);
}

TEST_F(RunTest, KnobsArePutBackWhenTheControllerIsKilled) {
  const std::string before = read_word(kBudget);
  if (before.empty()) GTEST_SKIP() << "this kernel does not show " << kBudget;
  Child controller = start({"run", experiment(knob_experiment("20s")), "-o", result()});
  ASSERT_GT(wait_for_traffic(controller.pid(), "direct0"), 0);
  EXPECT_NE(read_word(kBudget), before);
  ASSERT_EQ(kill(controller.pid(), SIGKILL), 0);
  EXPECT_TRUE(eventually([&] { return read_word(kBudget) == before; }, 10));
}

TEST_F(RunTest, AKnobThatADeviceDoesNotHaveFailsTheTrialWithTheReason) {
  const std::string file = experiment(
      "testbed = 'netns'\nrepetitions = 1\nduration = '200ms'\n[factors]\npath = 'veth'\nworkload = 'tcp_rr'\n"
      "[knobs]\nrx_usecs = 100\n");
  const CommandOutput output = bench({"run", file, "-o", result()});
  EXPECT_NE(output.exit_code, 0);
  ASSERT_FALSE(trials().empty());
  EXPECT_THAT(trials().front().record.reason, HasSubstr("guest1 direct0: rx_usecs"));
}

TEST_F(RunTest, SmokeTakesLessThanFortySeconds) {
  const std::int64_t begin = monotonic_ns();
  const CommandOutput output = bench({"run", "smoke", "--testbed", "netns", "-o", result()});
  EXPECT_EQ(output.exit_code, 0) << output.err;
  EXPECT_LT(static_cast<double>(monotonic_ns() - begin) / 1e9, 40);
}

TEST_F(RunTest, TrafficThatTakesTheOtherPathIsInvalid) {
  const std::string file = experiment(
      "testbed = 'netns'\nrepetitions = 1\nwarmup = '100ms'\nduration = '500ms'\n"
      "[factors]\nworkload = ['tcp_stream', 'tcp_maerts']\n[testbed_settings]\nfault = 'misroute'\n");
  const CommandOutput output = bench({"run", file, "-o", result()});
  EXPECT_EQ(output.exit_code, 5) << output.err;
  for (const TrialSummary& trial : trials()) {
    SCOPED_TRACE(to_string(trial.record.planned.cell) + ": " + trial.record.reason);
    const bool misled = trial.record.planned.cell.at("path") == "veth";
    EXPECT_EQ(trial.record.status, misled ? TrialStatus::invalid : TrialStatus::ok);
    if (misled) {
      EXPECT_THAT(trial.record.reason, HasSubstr("direct0"));
    }
  }
  const std::string only_misled = experiment(
      "testbed = 'netns'\nrepetitions = 1\nwarmup = '100ms'\nduration = '300ms'\n"
      "[factors]\npath = 'veth'\nworkload = 'tcp_stream'\n[testbed_settings]\nfault = 'misroute'\n");
  EXPECT_EQ(bench({"run", only_misled, "-o", result() + "2"}).exit_code, 4);
}

/// The workload's own bytes against the guest's device, over the same window of the same clock.
TEST_F(RunTest, BytesAgreeWithTheKernelsCounters) {
  const std::string file = experiment(
      "testbed = 'netns'\nrepetitions = 3\nwarmup = '200ms'\nduration = '2s'\ninterval = '10ms'\ncollectors = "
      "['netdev']\n"
      "[factors]\npath = 'veth'\nworkload = ['tcp_stream', 'udp_stream']\n[workload.udp_stream]\nrate_bps = '80M'\n");
  ASSERT_EQ(bench({"run", file, "-o", result()}).exit_code, 0);
  // Ethernet and IPv4 with TCP and its timestamps, or with UDP. A veth pair counts super-packets, each with one header;
  // how large they grow is the machine's affair, so their number is asked for.
  const std::map<std::string, double> header_bytes{{"tcp_stream", 14 + 20 + 32}, {"udp_stream", 14 + 20 + 8}};
  std::map<std::string, double> nearest_ratio;
  for (const TrialSummary& trial : trials()) {
    const std::string workload = trial.record.planned.cell.at("workload");
    for (const EndpointReport& report : trial.record.reports) {
      if (!report.is_server) continue;
      for (const SampleBlock& block : blocks(trial.id)) {
        if (block.endpoint != "guest1" || block.collector != "netdev") continue;
        const auto rose = [&](std::string_view metric) -> std::optional<std::int64_t> {
          for (std::size_t i = 0; i < block.series.size(); ++i)
            if (block.series[i].metric == metric && label(block.series[i].labels, "device") == "direct0")
              return increase(block, i, report.report.window_begin_ns, report.report.window_end_ns);
          return std::nullopt;
        };
        const auto bytes = rose("netdev.rx_bytes");
        const auto packets = rose("netdev.rx_packets");
        ASSERT_TRUE(bytes && packets);
        const double payload = double(*bytes) - double(*packets) * header_bytes.at(workload);
        const double ratio = payload / *report.report.measure("bytes_received");
        if (std::abs(ratio - 1) < std::abs(nearest_ratio.emplace(workload, 1e9).first->second - 1))
          nearest_ratio[workload] = ratio;
      }
    }
  }
  // A noisy machine stretches single trials; what the best of three shows cannot be luck.
  EXPECT_NEAR(nearest_ratio["tcp_stream"], 1, 0.01);
  EXPECT_NEAR(nearest_ratio["udp_stream"], 1, 0.01);
}

/// How much a counter rose from the first to the last row, over all its series.
std::int64_t rise(const SampleBlock& block, std::string_view metric) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < block.series.size(); ++i)
    if (block.series[i].metric == metric && block.columns[i].front() != kAbsent && block.columns[i].back() != kAbsent)
      sum += block.columns[i].back() - block.columns[i].front();
  return sum;
}

/// Every packet that both ends of a veth pair received went through the kernel's receive path, which is the machine's.
TEST_F(RunTest, SoftnetOfTheHostHoldsThePacketsOfBothEnds) {
  const std::string file = experiment(
      "testbed = 'netns'\nrepetitions = 1\nwarmup = '100ms'\nduration = '1s'\ninterval = '20ms'\ncollectors = "
      "['netdev', 'softnet', 'snmp']\n[factors]\npath = 'veth'\nworkload = 'tcp_stream'\n");
  ASSERT_EQ(bench({"run", file, "-o", result()}).exit_code, 0);
  for (const TrialSummary& trial : trials()) {
    std::set<std::string> with_softnet;
    std::int64_t received = 0;
    std::int64_t processed = 0;
    for (const SampleBlock& block : blocks(trial.id)) {
      ASSERT_GT(block.rows(), 1U);
      const bool is_end = block.endpoint == "guest1" || block.endpoint == "peer";
      if (block.collector == "netdev" && is_end) received += rise(block, "netdev.rx_packets");
      if (block.collector == "softnet") {
        with_softnet.insert(block.endpoint);
        processed += rise(block, "softnet.processed");
      }
      if (block.collector == "snmp" && block.endpoint == "guest1") {
        EXPECT_GT(rise(block, "snmp.tcp_in_segments"), 0) << "of the namespace, not of the machine";
      }
    }
    EXPECT_EQ(with_softnet, std::set<std::string>{"host"});
    ASSERT_GT(received, 0);
    // The endpoints begin and end their rows at slightly different times; the machine's other traffic only adds.
    EXPECT_GT(static_cast<double>(processed), 0.9 * static_cast<double>(received));
  }
}

}  // namespace
}  // namespace sriov::integration
