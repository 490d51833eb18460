// Workloads through real agent processes over the loopback.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <functional>

#include "agent/client.h"
#include "host/clock.h"

namespace sriov::agent {
namespace {

using ::testing::HasSubstr;
constexpr std::int64_t kSecondNs = 1'000'000'000;

class AgentRunTest : public testing::Test {
 protected:
  void SetUp() override {
    for (auto* client : {&server_, &client_}) {
      auto connected =
          Client::connect(loop_, {"local:", {SRIOV_AGENT, "--stdio"}}, client == &server_ ? "peer" : "guest1");
      ASSERT_TRUE(connected) << connected.error().text();
      *client = std::move(*connected);
    }
  }

  /// Both sides of a workload, prepared: the server first, as it knows the port.
  void prepare(const std::string& workload, std::int64_t duration_ns) {
    WorkloadSpec spec;
    spec.workload = workload;
    spec.message_bytes = 64;
    spec.bind_address = "127.0.0.1";
    spec.duration_ns = duration_ns;
    auto server = server_->prepare_workload(spec, true);
    ASSERT_TRUE(server) << server.error().text();
    ASSERT_GT((*server)->port(), 0);
    sides_.push_back(std::move(*server));
    runs_.push_back({server_.get(), sides_.back().get(), spec});
    spec.address = "127.0.0.1";
    spec.port = sides_.front()->port();
    auto client = client_->prepare_workload(spec, false);
    ASSERT_TRUE(client) << client.error().text();
    sides_.push_back(std::move(*client));
    runs_.push_back({client_.get(), sides_.back().get(), spec});
  }

  /// The agent's pid, to kill it behind its back.
  static pid_t pid_of(Client& client) {
    return std::atoi(client.shell().output_of({"sh", "-c", "echo $PPID"}).value_or("0").c_str());
  }

  EventLoop loop_;
  std::unique_ptr<Client> server_;
  std::unique_ptr<Client> client_;
  std::vector<std::unique_ptr<RemoteSide>> sides_;
  std::vector<SideRun> runs_;
};

TEST_F(AgentRunTest, RunsBothSidesAtOnce) {
  ASSERT_NO_FATAL_FAILURE(prepare("tcp_rr", kSecondNs / 4));
  const auto reports = run_sides(loop_, runs_, nullptr);
  ASSERT_EQ(reports.size(), 2U);
  for (const auto& report : reports) {
    ASSERT_TRUE(report) << report.error().text();
    EXPECT_GT(report->measure("bytes_sent").value_or(0), 0);
    EXPECT_GE(report->window_end_ns - report->window_begin_ns, kSecondNs / 5);
  }
  ASSERT_TRUE(reports[1]->latency_ns) << "the histogram crosses the wire";
  EXPECT_GT(reports[1]->latency_ns->count(), 0U);
  ASSERT_EQ(reports[1]->intervals.size(), 1U) << "and so do the intervals";
  EXPECT_EQ(reports[1]->intervals[0].measure("transactions"), reports[1]->measure("transactions"));
  ASSERT_TRUE(reports[1]->intervals[0].latency_ns);
  EXPECT_EQ(reports[1]->intervals[0].latency_ns->words(), reports[1]->latency_ns->encode());
}

TEST_F(AgentRunTest, StopsEarlyWithWhatThereIs) {
  ASSERT_NO_FATAL_FAILURE(prepare("tcp_stream", 60 * kSecondNs));
  const std::int64_t start_ns = monotonic_ns();
  int asked = 0;
  const auto reports = run_sides(loop_, runs_, [&] { return ++asked > 3; });
  EXPECT_LT(monotonic_ns() - start_ns, 20 * kSecondNs);
  ASSERT_EQ(reports.size(), 2U);
  for (const auto& report : reports) EXPECT_TRUE(report) << report.error().text();
}

TEST_F(AgentRunTest, AKilledAgentFailsItsSideAndStopsTheOther) {
  ASSERT_NO_FATAL_FAILURE(prepare("tcp_stream", 60 * kSecondNs));
  const pid_t victim = pid_of(*client_);
  ASSERT_GT(victim, 1);
  const std::int64_t start_ns = monotonic_ns();
  int asked = 0;
  const auto reports = run_sides(loop_, runs_, [&] {
    if (++asked == 3) ::kill(victim, SIGKILL);
    return false;
  });
  EXPECT_LT(monotonic_ns() - start_ns, 20 * kSecondNs);
  ASSERT_EQ(reports.size(), 2U);
  ASSERT_FALSE(reports[1]);
  EXPECT_THAT(reports[1].error().text(), HasSubstr("guest1: "));
  EXPECT_THAT(reports[1].error().text(), HasSubstr("agent gone (exit code 137)"));
  EXPECT_TRUE(server_->is_connected());
  EXPECT_TRUE(server_->clock_offset());
}

TEST_F(AgentRunTest, SamplesComeWhileAWorkloadRuns) {
  SamplerConfig config;
  config.collectors = {"cpu"};
  config.interval_ns = 20'000'000;
  ASSERT_TRUE(client_->start_sampling(config));
  prepare("tcp_rr", kSecondNs);
  std::unique_ptr<RequestedSamples> requested;
  std::vector<std::int64_t> begins_ns;
  const auto take = [&] {
    const auto blocks = requested->take();
    ASSERT_TRUE(blocks) << blocks.error().text();
    for (const SampleBlock& block : *blocks)
      begins_ns.insert(begins_ns.end(), block.begin_ns.begin(), block.begin_ns.end());
    requested.reset();
  };
  int taken = 0;
  const auto results = run_sides(loop_, runs_, [&] {
    if (requested && requested->have_come()) {
      take();
      ++taken;
    }
    if (!requested) requested = std::move(*client_->request_samples());
    return false;
  });
  for (const auto& result : results) EXPECT_TRUE(result) << result.error().text();
  EXPECT_GE(taken, 2) << "nothing came before the workload ended";
  take();  // What was under way.
  const auto rest = client_->stop_sampling();
  ASSERT_TRUE(rest);
  begins_ns.insert(begins_ns.end(), rest->front().begin_ns.begin(), rest->front().begin_ns.end());
  EXPECT_THAT(begins_ns, ::testing::SizeIs(::testing::Gt(20U)));
  EXPECT_TRUE(std::ranges::is_sorted(begins_ns, std::less_equal<>{})) << "a row came twice";
}

TEST_F(AgentRunTest, SamplesOfAnAgentThatDiesAreAnError) {
  SamplerConfig config;
  config.collectors = {"cpu"};
  ASSERT_TRUE(client_->start_sampling(config));
  const pid_t pid = pid_of(*client_);
  ASSERT_EQ(kill(pid, SIGSTOP), 0);
  const auto requested = client_->request_samples();
  ASSERT_TRUE(requested);
  EXPECT_FALSE((*requested)->have_come());
  ASSERT_EQ(kill(pid, SIGKILL), 0);
  const auto taken = (*requested)->take();
  ASSERT_FALSE(taken);
  EXPECT_THAT(taken.error().text(), HasSubstr("agent gone"));
}

TEST_F(AgentRunTest, ASideRunsOnce) {
  ASSERT_NO_FATAL_FAILURE(prepare("tcp_rr", kSecondNs / 20));
  for (const auto& report : run_sides(loop_, runs_, nullptr)) EXPECT_TRUE(report) << report.error().text();
  for (const auto& report : run_sides(loop_, runs_, nullptr)) EXPECT_FALSE(report);
}

TEST_F(AgentRunTest, EndsItsWorkloadWhenTheControllerLetsGo) {
  ASSERT_NO_FATAL_FAILURE(prepare("tcp_stream", 60 * kSecondNs));
  const std::int64_t start_ns = monotonic_ns();
  sides_.clear();
  runs_.clear();
  client_.reset();
  server_.reset();
  EXPECT_LT(monotonic_ns() - start_ns, 9 * kSecondNs) << "the agents ended by themselves";
}

}  // namespace
}  // namespace sriov::agent
