#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "agent/client.h"
#include "agent/client_impl.h"
#include "agent/messages.h"
#include "agent/stream.h"
#include "core/version.h"
#include "host/clock.h"
#include "host/file.h"
#include "host/process_stat.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
constexpr std::int64_t kSecondNs = 1'000'000'000;

Target real_agent() { return {"local:", {SRIOV_AGENT, "--stdio"}}; }

bool comes_true(const std::function<bool()>& condition) {
  for (const std::int64_t deadline_ns = monotonic_ns() + 20 * kSecondNs; monotonic_ns() < deadline_ns;) {
    if (condition()) return true;
    sleep_until_ns(monotonic_ns() + 10'000'000);
  }
  return false;
}

class FolderTest : public testing::Test {
 protected:
  test::TemporaryDirectory directory_;
  const std::string folder_ = directory_.path();
};

class AgentTest : public FolderTest {
 protected:
  [[nodiscard]] std::unique_ptr<Client> connect() {
    auto client = Client::connect(loop_, real_agent(), "guest1");
    EXPECT_TRUE(client) << client.error().text();
    return client ? std::move(*client) : nullptr;
  }

  EventLoop loop_;
};

TEST_F(AgentTest, SaysWhatItIsAndTellsItsClock) {
  auto client = connect();
  ASSERT_TRUE(client);
  EXPECT_EQ(client->info().version, kVersion);
  EXPECT_EQ(client->info().kernel, read_word("/proc/sys/kernel/osrelease"));
  EXPECT_TRUE(client->is_connected());
  const auto offset = client->clock_offset();
  ASSERT_TRUE(offset) << offset.error().text();
  EXPECT_EQ(offset->endpoint, "guest1");
  EXPECT_GT(offset->error_ns, 0);
  EXPECT_LE(std::abs(offset->offset_ns), offset->error_ns) << "the same clock at both ends";
}

TEST_F(AgentTest, RunsCommandsAndMovesFiles) {
  auto client = connect();
  ASSERT_TRUE(client);
  Shell& shell = client->shell();
  const auto output = shell.run({"sh", "-c", "printf 'a\\0b'; echo oops >&2; exit 4"}, 10 * kSecondNs);
  ASSERT_TRUE(output) << output.error().text();
  EXPECT_EQ(output->exit_code, 4);
  EXPECT_EQ(output->out, std::string("a\0b", 3));
  EXPECT_EQ(output->err, "oops\n");
  const std::string contents("line\n\0\xff", 7);
  ASSERT_TRUE(shell.write(folder_ + "/file", contents));
  EXPECT_EQ(shell.read(folder_ + "/file").value(), contents);

  EXPECT_THAT(shell.read(folder_ + "/none").error().text(), HasSubstr("guest1"));
  EXPECT_THAT(shell.run({"no-such-program"}, kSecondNs).error().text(), HasSubstr("no-such-program"));
  EXPECT_THAT(shell.run({"sleep", "30"}, 50'000'000).error().text(), HasSubstr("took longer"));
  EXPECT_THAT(shell.output_of({"sh", "-c", "echo no VF >&2; exit 1"}).error().text(), HasSubstr("guest1: "));
}

TEST_F(AgentTest, AnswersWhileACommandRuns) {
  auto peer = PeerProcess::start(real_agent(), 10 * kSecondNs);
  ASSERT_TRUE(peer) << peer.error().text();
  Connection connection(loop_.state(), std::move(*peer), "guest1");
  auto slow = connection.agent().runRequest();
  write_command({"sleep", "2"}, slow.initCommand(2));
  slow.setTimeoutNs(10 * kSecondNs);
  const std::int64_t start_ns = monotonic_ns();
  auto pending = slow.send();
  static_cast<void>(connection.wait(connection.agent().clockRequest().send(), 10 * kSecondNs));
  EXPECT_LT(monotonic_ns() - start_ns, 2 * kSecondNs);
  EXPECT_TRUE(connection.wait(kj::mv(pending), 10 * kSecondNs).getOutcome().isValue());
  EXPECT_GE(monotonic_ns() - start_ns, 2 * kSecondNs);
}

SamplerConfig sampling(std::vector<std::string> collectors) {
  SamplerConfig config;
  config.collectors = std::move(collectors);
  config.interval_ns = 10'000'000;
  config.expected_duration_ns = kSecondNs;
  return config;
}

TEST_F(AgentTest, HandsOptionsToItsCollectors) {
  auto client = connect();
  ASSERT_TRUE(client);
  SamplerConfig config = sampling({"interrupts"});
  config.options = {{"interrupts", {{"irqs", "vfs"}}}};
  const auto wrong_value = client->start_sampling(config);
  ASSERT_FALSE(wrong_value);
  EXPECT_EQ(wrong_value.error().kind, ErrorKind::usage);
  EXPECT_THAT(wrong_value.error().text(), HasSubstr("unknown class 'vfs'"));
  config.options = {{"interrupts", {{"irq", "vf"}}}};
  EXPECT_THAT(client->start_sampling(config).error().text(), HasSubstr("did you mean 'irqs'"));
  config.options = {{"interrupts", {{"irqs", "timer"}}}};
  ASSERT_TRUE(client->start_sampling(config));
  const auto blocks = client->stop_sampling().value();
  ASSERT_EQ(blocks.size(), 1U);
  for (const Series& series : blocks[0].series) EXPECT_EQ(label(series.labels, "class"), "timer");
}

TEST_F(AgentTest, TakesSamples) {
  auto client = connect();
  ASSERT_TRUE(client);
  EXPECT_THAT(client->stop_sampling().error().text(), HasSubstr("does not run"));
  const auto skipped = client->start_sampling(sampling({"self", "cpu"}));
  ASSERT_TRUE(skipped) << skipped.error().text();
  EXPECT_FALSE(client->start_sampling(sampling({"self"}))) << "it already runs";
  const auto blocks = client->stop_sampling();
  ASSERT_TRUE(blocks) << blocks.error().text();
  ASSERT_EQ(blocks->size(), 2U);
  for (const SampleBlock& block : *blocks) {
    EXPECT_EQ(block.endpoint, "guest1");
    EXPECT_GT(block.rows(), 0U) << block.collector;
    EXPECT_FALSE(block.series.empty()) << block.collector;
    EXPECT_EQ(block.columns.size(), block.series.size()) << block.collector;
  }
  EXPECT_THAT(client->start_sampling(sampling({"slef"})).error().text(), HasSubstr("self"));
}

TEST_F(AgentTest, DescribesItsMachineAndCollectors) {
  auto client = connect();
  ASSERT_TRUE(client);
  EXPECT_THAT(client->environment().value(), HasSubstr("\"kernel_version\""));
  const auto collectors = client->collectors();
  ASSERT_TRUE(collectors);
  EXPECT_THAT(*collectors, testing::Contains(testing::Field(&CollectorStatus::name, "cpu")));
}

TEST_F(AgentTest, RefusesUnknownWorkloads) {
  auto client = connect();
  ASSERT_TRUE(client);
  WorkloadSpec spec;
  spec.workload = "tcp_dream";
  const auto side = client->prepare_workload(spec, true);
  ASSERT_FALSE(side);
  EXPECT_EQ(side.error().kind, ErrorKind::usage);
  EXPECT_THAT(side.error().text(), HasSubstr("tcp_dream"));
}

TEST_F(AgentTest, KilledInTheMiddleOfACall) {
  auto client = connect();
  ASSERT_TRUE(client);
  const auto output = client->shell().run({"sh", "-c", "kill -9 $PPID; sleep 30"}, 20 * kSecondNs);
  ASSERT_FALSE(output);
  EXPECT_THAT(output.error().text(), HasSubstr("agent gone"));
  EXPECT_THAT(output.error().text(), HasSubstr("137"));
  EXPECT_FALSE(client->is_connected());
  EXPECT_THAT(client->clock_offset().error().text(), HasSubstr("agent gone"));
}

std::vector<Command> logging(const std::string& file, const std::string& word) {
  return {{"sh", "-c", "echo \"$0\" >> " + file, word}};
}

TEST_F(AgentTest, UndoesNewestFirstWhenTheStreamEnds) {
  const std::string log = folder_ + "/log";
  auto client = connect();
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->on_disconnect(logging(log, "cleared")));
  ASSERT_TRUE(client->clear_disconnect());
  ASSERT_TRUE(client->on_disconnect(logging(log, "first")));
  ASSERT_TRUE(client->on_disconnect(logging(log, "second")));
  client.reset();
  EXPECT_EQ(read_file(log).value_or(""), "second\nfirst\n");
}

TEST_F(AgentTest, UndoesOnSigterm) {
  const std::string log = folder_ + "/log";
  auto client = connect();
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->on_disconnect(logging(log, "undone")));
  static_cast<void>(client->shell().run({"sh", "-c", "kill -TERM $PPID"}, 10 * kSecondNs));
  EXPECT_TRUE(comes_true([&] { return read_word(log) == "undone"; }));
  EXPECT_TRUE(comes_true([&] { return !client->is_connected(); }));
}

/// Runs a controller that connects, leaves undo commands and then sits there; returns its pid and its agent's.
std::pair<pid_t, pid_t> start_controller(const std::string& folder) {
  const pid_t controller = ::fork();
  if (controller == 0) {
    EventLoop loop;
    auto client = Client::connect(loop, real_agent(), "guest1");
    if (!client || !(*client)->on_disconnect(logging(folder + "/log", "undone"))) ::_exit(1);
    if (!(*client)->start_sampling(sampling({"self"}))) ::_exit(1);
    if (!(*client)->shell().run({"sh", "-c", "echo $PPID > " + folder + "/pid"}, 10 * kSecondNs)) ::_exit(1);
    ::pause();
    ::_exit(1);
  }
  EXPECT_TRUE(comes_true([&] { return !read_word(folder + "/pid").empty(); }));
  return {controller, std::atoi(read_word(folder + "/pid").c_str())};
}

using KilledControllerTest = FolderTest;  // No event loop: the controller is forked off and makes its own.

TEST_F(KilledControllerTest, ItsAgentPutsThingsBackAndEnds) {
  const auto [controller, agent] = start_controller(folder_);
  ASSERT_GT(agent, 1);
  EXPECT_FALSE(exists(folder_ + "/log"));
  ::kill(controller, SIGKILL);
  int status = 0;
  ::waitpid(controller, &status, 0);
  EXPECT_TRUE(comes_true([&] { return read_word(folder_ + "/log") == "undone"; }));
  EXPECT_TRUE(comes_true([pid = agent] {
    const auto stat = read_process_stat(pid);
    return !stat || stat->has_ended();
  }));
}

struct Stranger {
  std::string name;
  Command command;
  std::string expected;
};

class StrangerTest : public testing::TestWithParam<Stranger> {};

TEST_P(StrangerTest, IsRecognised) {
  EventLoop loop;
  const std::int64_t start_ns = monotonic_ns();
  const auto client = Client::connect(loop, {"exec:stranger", GetParam().command}, "guest1", 500'000'000);
  ASSERT_FALSE(client);
  EXPECT_LT(monotonic_ns() - start_ns, 5 * kSecondNs);
  EXPECT_THAT(client.error().text(), HasSubstr(GetParam().expected));
  EXPECT_THAT(client.error().text(), HasSubstr("guest1 (exec:stranger)"));
}

const std::string kGreetingLine = std::string(kGreeting.substr(0, kGreeting.size() - 1));

INSTANTIATE_TEST_SUITE_P(
    Peers, StrangerTest,
    testing::Values(Stranger{"Echo", {"echo", "hello"}, "it wrote 'hello'"},
                    Stranger{"Refused",
                             {"sh", "-c", "echo 'ssh: connect to host x: Connection refused' >&2; exit 255"},
                             "exit code 255: ssh: connect to host x: Connection refused"},
                    Stranger{"Silent", {"sleep", "60"}, "no agent answered within 500 ms: it wrote nothing"},
                    Stranger{"Endless", {"yes"}, "no sriov-bench-agent: it wrote 'y.y.y"},
                    Stranger{"Missing", {"no-such-program"}, "no-such-program"},
                    Stranger{"GarbageAfterGreeting",
                             {"sh", "-c", "echo \"$0\"; echo nonsense nonsense nonsense nonsense", kGreetingLine},
                             "greeting the agent"},
                    Stranger{"SilentAfterGreeting",
                             {"sh", "-c", "echo \"$0\"; sleep 60", kGreetingLine},
                             "did not answer in time"}),
    [](const auto& param) { return param.param.name; });

// Capabilities are destroyed through kj::Own, which knows the whole object.
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

/// An agent of another version, which also has a lot of samples. Only serves as the other end of the tests below.
class FakeAgent final : public rpc::Agent::Server {
 public:
  explicit FakeAgent(unsigned protocol) : protocol_(protocol) {}
  kj::Promise<void> hello(HelloContext context) override {
    context.getResults().setVersion("9.9.9");
    context.getResults().setProtocol(protocol_);
    return kj::READY_NOW;
  }
  kj::Promise<void> stopSampling(StopSamplingContext context) override {
    constexpr std::size_t kSeries = 1000;
    constexpr std::size_t kRows = 9000;  // 72 MB, above Cap'n Proto's own limit.
    SampleBlock block;
    block.collector = "big";
    block.series.resize(kSeries);
    block.begin_ns.resize(kRows, 1);
    block.end_ns.resize(kRows, 2);
    block.columns.resize(kSeries, std::vector<std::int64_t>(kRows, kAbsent));
    block.columns.back().back() = 42;
    write_blocks({block}, context.getResults().initOutcome().initValue());
    return kj::READY_NOW;
  }

 private:
  unsigned protocol_;
};

/// Not a test: what the tests below start as their agent, in a process of its own.
TEST(FakeAgentProcess, DISABLED_Serve) {
  const char* protocol = std::getenv("FAKE_AGENT_PROTOCOL");
  ASSERT_NE(protocol, nullptr);
  ASSERT_EQ(::write(STDOUT_FILENO, kGreeting.data(), kGreeting.size()), static_cast<ssize_t>(kGreeting.size()));
  auto io = kj::setupAsyncIo();
  auto stream = io.lowLevelProvider->wrapSocketFd(STDIN_FILENO);
  capnp::TwoPartyVatNetwork network(*stream, capnp::rpc::twoparty::Side::SERVER, reader_options());
  auto system = capnp::makeRpcServer(network, rpc::Agent::Client(kj::heap<FakeAgent>(std::atoi(protocol))));
  network.onDisconnect().wait(io.waitScope);
  ::_exit(0);
}

Target fake_agent(unsigned protocol) {
  return {"exec:fake",
          {"env", "FAKE_AGENT_PROTOCOL=" + std::to_string(protocol), read_link("/proc/self/exe"),
           "--gtest_also_run_disabled_tests", "--gtest_filter=FakeAgentProcess.*"}};
}

TEST_F(AgentTest, OfAnotherProtocolIsRefused) {
  const auto client = Client::connect(loop_, fake_agent(kAgentProtocol + 1), "guest1");
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind, ErrorKind::environment);
  EXPECT_THAT(client.error().text(), HasSubstr("9.9.9 (protocol " + std::to_string(kAgentProtocol + 1) + ")"));
  EXPECT_THAT(client.error().text(), HasSubstr(std::string(kVersion)));
}

TEST_F(AgentTest, MayHaveALotOfSamples) {
  auto client = Client::connect(loop_, fake_agent(kAgentProtocol), "guest1");
  ASSERT_TRUE(client) << client.error().text();
  const auto blocks = (*client)->stop_sampling();
  ASSERT_TRUE(blocks) << blocks.error().text();
  ASSERT_EQ(blocks->size(), 1U);
  EXPECT_EQ(blocks->front().rows(), 9000U);
  EXPECT_EQ(blocks->front().columns.back().back(), 42);
  EXPECT_EQ(blocks->front().columns.front().front(), kAbsent);
}

TEST(AgentProgram, KnowsItsOptions) {
  LocalShell shell;
  EXPECT_THAT(shell.output_of({SRIOV_AGENT, "--version"}).value(), HasSubstr(std::string(kVersion)));
  EXPECT_THAT(shell.output_of({SRIOV_AGENT, "--help"}).value(), HasSubstr("--stdio"));
  EXPECT_EQ(shell.run({SRIOV_AGENT}, kSecondNs)->exit_code, 2);
  EXPECT_EQ(shell.run({SRIOV_AGENT, "--stdoi"}, kSecondNs)->exit_code, 2);
  EXPECT_EQ(shell.run({SRIOV_AGENT, "--stdio"}, kSecondNs)->exit_code, 2) << "/dev/null is no controller";
  const auto no_controller = shell.run({"sh", "-c", "true | \"$0\" --stdio | cat", SRIOV_AGENT}, 20 * kSecondNs);
  ASSERT_TRUE(no_controller) << no_controller.error().text();
  EXPECT_EQ(no_controller->out, kGreeting) << "nothing but the protocol on stdout";
}

TEST(ParseTarget, SplitsCommands) {
  EXPECT_THAT(parse_target("exec:ip netns exec 'the peer' agent --stdio")->command,
              ElementsAre("ip", "netns", "exec", "the peer", "agent", "--stdio"));
  EXPECT_FALSE(parse_target("exec:"));
  EXPECT_FALSE(parse_target("exec:'open"));
  EXPECT_FALSE(parse_target("telnet:host"));
  EXPECT_FALSE(parse_target(""));
  EXPECT_EQ(parse_target("exec").error().kind, ErrorKind::usage);
}

TEST(ParseTarget, MakesSshCommands) {
  const auto plain = parse_target("ssh:root@dom0");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->command.front(), "ssh");
  EXPECT_THAT(plain->command, testing::Contains("BatchMode=yes"));
  EXPECT_THAT(plain->command, Not(testing::Contains("-p")));
  EXPECT_EQ(plain->command.end()[-2], "root@dom0");
  EXPECT_EQ(plain->command.back(), "sriov-bench-agent --stdio");

  const auto full = parse_target("ssh:root@[fd00::2]:2222#/opt/it's/agent");
  ASSERT_TRUE(full) << full.error().text();
  EXPECT_EQ(full->command.end()[-4], "-p");
  EXPECT_EQ(full->command.end()[-3], "2222");
  EXPECT_EQ(full->command.end()[-2], "root@fd00::2");
  EXPECT_EQ(full->command.back(), "'/opt/it'\"'\"'s/agent' --stdio");

  for (const char* bad :
       {"ssh:", "ssh:-oProxyCommand=evil", "ssh:host:0", "ssh:host:99999", "ssh:host:", "ssh:host#", "ssh:two words"})
    EXPECT_FALSE(parse_target(bad)) << bad;
}

}  // namespace
}  // namespace sriov::agent
