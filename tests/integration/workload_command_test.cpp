// `sriov-bench workload` between two network namespaces, joined by a veth.
#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <optional>
#include <span>
#include <sstream>
#include <thread>

#include <nlohmann/json.hpp>

#include "core/time.h"
#include "harness.h"
#include "host/clock.h"
#include "host/file.h"
#include "host/netns.h"
#include "workloads/engine/socket.h"

namespace sriov::integration {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kTimeoutNs = 60'000'000'000;

class WorkloadCommandTest : public BenchTest {
 protected:
  void SetUp() override {
    BenchTest::SetUp();
    if (IsSkipped()) return;
    here_ = make_namespace();
    there_ = make_namespace();
    run_in(here_, {"ip", "link", "add", "veth0", "type", "veth", "peer", "name", "veth0", "netns",
                   std::to_string(there_.pid())});
    set_up(here_, "1");
    set_up(there_, "2");
  }

  static Child make_namespace() {
    ChildOptions options;
    options.before_exec = [] { return ::unshare(CLONE_NEWNET); };
    auto holder = Child::start({"sleep", "600"}, options);
    EXPECT_TRUE(holder) << (holder ? "" : holder.error().text());
    return holder ? std::move(*holder) : Child{};
  }
  static Command in_namespace(const Child& holder, const Command& command) {
    Command out = enter_netns_command(holder.pid());
    out.insert(out.end(), command.begin(), command.end());
    return out;
  }
  static CommandOutput run_in(const Child& holder, const Command& command) {
    LocalShell shell;
    auto output = shell.run(in_namespace(holder, command), kTimeoutNs);
    EXPECT_TRUE(output) << (output ? "" : output.error().text());
    return output ? *output : CommandOutput{-1, "", ""};
  }
  static void set_up(const Child& holder, const std::string& number) {
    run_in(holder, {"ip", "address", "add", "10.99.0." + number + "/24", "dev", "veth0"});
    run_in(holder, {"ip", "address", "add", "fd99::" + number + "/64", "dev", "veth0", "nodad"});
    run_in(holder, {"ip", "link", "set", "lo", "up"});
    run_in(holder, {"ip", "link", "set", "veth0", "up"});
  }

  /// Starts one with its output in the files `name`.out and `name`.err.
  [[nodiscard]] Child start_in(const Child& holder, const std::string& name,
                               const std::vector<std::string>& arguments) const {
    const auto file = [&](const char* suffix) {
      return Fd(::open((directory() + "/" + name + suffix).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    };
    const Fd out = file(".out");
    const Fd err = file(".err");
    ChildOptions options;
    options.stdout_fd = out.get();
    options.stderr_fd = err.get();
    auto child = Child::start(in_namespace(holder, command(arguments)), options);
    EXPECT_TRUE(child) << (child ? "" : child.error().text());
    return child ? std::move(*child) : Child{};
  }
  [[nodiscard]] std::string text_of(const std::string& file) const {
    return read_file(directory() + "/" + file).value_or("");
  }
  [[nodiscard]] bool waits_for(const std::string& file, const std::string& text) const {
    return eventually([&] { return text_of(file).find(text) != std::string::npos; }, 20);
  }

  [[nodiscard]] Child serve(std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {"workload", "server"});
    Child server = start_in(there_, "server", options);
    EXPECT_TRUE(waits_for("server.err", "workload server on port 5210")) << text_of("server.err");
    return server;
  }
  [[nodiscard]] CommandOutput call(const std::string& workload, std::vector<std::string> options = {},
                                   const std::string& host = "10.99.0.2") const {
    options.insert(options.begin(), {"workload", "client", workload, "--host", host});
    return run_in(here_, command(options));
  }

  /// What the server says to somebody who sends `text`.
  [[nodiscard]] std::string answer_to(const std::string& text) const {
    std::string answer;
    const auto netns = open_netns(here_.pid());
    const auto done = in_netns(*netns, [&]() -> Result<void> {
      SRIOV_ASSIGN(const SocketAddress server, parse_address("10.99.0.2", 5210));
      SRIOV_ASSIGN(const Fd socket,
                   connect_socket(SOCK_STREAM, server, "", {}, {monotonic_ns() + kNsPerSecond, nullptr}));
      SRIOV_TRY(write_all(socket.get(), std::as_bytes(std::span(text)), {monotonic_ns() + kNsPerSecond, nullptr}));
      ::shutdown(socket.get(), SHUT_WR);
      std::array<std::byte, 1> next{};
      while (read_exact(socket.get(), next, {monotonic_ns() + 5 * kNsPerSecond, nullptr}))
        answer += static_cast<char>(next[0]);
      return {};
    });
    EXPECT_TRUE(done) << (done ? "" : done.error().text());
    return answer;
  }

  Child here_;
  Child there_;
};

double measure(const json& document, const char* side, const char* name) {
  return document.at(side).at("measures").at(name).at("value").get<double>();
}

TEST_F(WorkloadCommandTest, TcpStreamTellsBothEnds) {
  Child server = serve({"--once"});
  const CommandOutput client = call("tcp_stream", {"--duration", "2s", "--streams", "2", "--json"});
  ASSERT_EQ(client.exit_code, 0) << client.err;
  const json document = json::parse(client.out);
  EXPECT_EQ(document.at("version"), 1);
  EXPECT_EQ(document.at("status"), "complete");
  EXPECT_EQ(document.at("options").at("streams"), "2");
  EXPECT_TRUE(document.at("throughput_is_received").get<bool>());
  EXPECT_GT(document.at("throughput_bps").get<double>(), 0);
  EXPECT_EQ(measure(document, "client", "total_bytes_sent"), measure(document, "server", "total_bytes_received"));
  EXPECT_GT(measure(document, "server", "service_demand_us_per_kb"), 0);
  for (const char* side : {"client", "server"}) {
    const json& intervals = document.at(side).at("intervals");
    ASSERT_EQ(intervals.size(), 2U) << side;
    const char* count = side == std::string("client") ? "bytes_sent" : "bytes_received";
    double sum = 0;
    for (const json& interval : intervals) sum += interval.at("counts").at(count).get<double>();
    EXPECT_EQ(sum, measure(document, side, count));
  }
  EXPECT_EQ(server.wait(kTimeoutNs).value_or(-1), 0);
  EXPECT_THAT(text_of("server.out"), HasSubstr("throughput at the receiver"));
}

/// A run counts on the monotonic clock alone: a wall clock that is set back an hour in its middle changes nothing.
TEST_F(WorkloadCommandTest, AStepOfTheWallClockChangesNothing) {
  constexpr const char* kLibrary = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
  if (access(kLibrary, R_OK) != 0) GTEST_SKIP() << "libfaketime is not installed";
  const std::string offset_file = directory() + "/offset";
  const auto set_clock = [&](const std::string& offset) { ASSERT_TRUE(write_file(offset_file, offset + "\n")); };
  const auto under_that_clock = [&](const Command& run) {
    Command out{"env", std::string("LD_PRELOAD=") + kLibrary, "FAKETIME_TIMESTAMP_FILE=" + offset_file,
                "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"};
    out.insert(out.end(), run.begin(), run.end());
    return out;
  };
  const auto seconds_there = [&] { return std::stol(run_in(here_, under_that_clock({"date", "+%s"})).out); };
  set_clock("+0");
  Child server = serve();
  CommandOutput client;
  std::jthread calling([&] {
    client =
        run_in(here_, under_that_clock(command({"workload", "client", "udp_stream", "--host", "10.99.0.2", "--duration",
                                                "2s", "--interval", "500ms", "--rate-bps", "20M", "--json"})));
  });
  sleep_until_ns(monotonic_ns() + 1'000'000'000);
  const std::int64_t before_s = seconds_there();
  set_clock("-3600");
  EXPECT_NEAR(static_cast<double>(seconds_there() - before_s), -3600, 5);
  calling.join();
  ASSERT_EQ(client.exit_code, 0) << client.err;
  const json document = json::parse(client.out);
  EXPECT_EQ(document.at("status"), "complete");
  EXPECT_NEAR(document.at("rate").at("achieved_bps").get<double>(), 20e6, 1e6);
  EXPECT_EQ(document.at("client").at("intervals").size(), 4U);
  for (const json& interval : document.at("client").at("intervals"))
    EXPECT_GT(interval.at("counts").at("bytes_sent").get<double>(), 0);
}

TEST_F(WorkloadCommandTest, UdpStreamTellsLossesAndTheRate) {
  Child server = serve();
  const CommandOutput client = call("udp_stream", {"--duration", "1s", "--rate-bps", "20M", "--json"}, "fd99::2");
  ASSERT_EQ(client.exit_code, 0) << client.err;
  const json document = json::parse(client.out);
  EXPECT_EQ(document.at("peer"), "fd99::2");
  EXPECT_EQ(document.at("rate").at("asked_bps"), 20e6);
  EXPECT_GT(document.at("rate").at("achieved_bps").get<double>(), 0);
  EXPECT_GE(measure(document, "server", "datagrams_lost"), 0);
  EXPECT_GT(measure(document, "server", "datagrams_received"), 0);

  const CommandOutput greedy = call("udp_stream", {"--duration", "1s", "--rate-bps", "5000G"});
  ASSERT_EQ(greedy.exit_code, 0) << greedy.err;
  EXPECT_THAT(greedy.out, HasSubstr("NOT REACHED"));
  EXPECT_THAT(greedy.out, HasSubstr("lost "));
}

TEST_F(WorkloadCommandTest, TcpRrPrintsALineAnIntervalAndLatencies) {
  Child server = serve({"--data-port", "5300"});
  const CommandOutput client = call("tcp_rr", {"--duration", "1s", "--warmup", "200ms", "--interval", "250ms"});
  ASSERT_EQ(client.exit_code, 0) << client.err;
  EXPECT_THAT(client.out, HasSubstr("per second"));
  EXPECT_THAT(client.out, HasSubstr("(warm-up)"));
  EXPECT_THAT(client.out, HasSubstr("0.95-1.20 s"));
  EXPECT_THAT(client.out, HasSubstr("latency p99.9"));
  EXPECT_THAT(text_of("server.out"), HasSubstr("tcp_rr, 1 stream, 1 byte messages"));
}

TEST_F(WorkloadCommandTest, JsonLinesComeWhileItRuns) {
  Child server = serve({"--json"});
  const CommandOutput client =
      call("tcp_stream", {"--duration", "500ms", "--interval", "100ms", "--json-stream", "--rate-bps", "10M"});
  ASSERT_EQ(client.exit_code, 0) << client.err;
  std::istringstream lines(client.out);
  std::vector<std::string> events;
  for (std::string line; std::getline(lines, line);) events.push_back(json::parse(line).at("event").get<std::string>());
  EXPECT_THAT(events, testing::ElementsAre("begin", "interval", "interval", "interval", "interval", "interval", "end"));
  ASSERT_TRUE(waits_for("server.out", "\n"));
  EXPECT_EQ(json::parse(text_of("server.out")).at("status"), "complete");
}

TEST_F(WorkloadCommandTest, BytesEndTheRun) {
  Child server = serve();
  const CommandOutput client = call("tcp_stream", {"--bytes", "3M", "--json"});
  ASSERT_EQ(client.exit_code, 0) << client.err;
  EXPECT_EQ(measure(json::parse(client.out), "server", "total_bytes_received"), 3 << 20);
}

TEST_F(WorkloadCommandTest, NobodyThere) {
  const CommandOutput refused = call("tcp_stream");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("10.99.0.2:5210: Connection refused"));
  const CommandOutput unreachable = call("tcp_stream", {}, "10.99.0.77");
  EXPECT_EQ(unreachable.exit_code, 1);
  EXPECT_THAT(unreachable.err, HasSubstr("cannot connect to 10.99.0.77:5210"));
  const CommandOutput unknown = call("tcp_stream", {}, "no-such-host.invalid");
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("cannot find the host 'no-such-host.invalid'"));
}

TEST_F(WorkloadCommandTest, AServerThatVanishesLeavesAPartialResult) {
  for (const char* workload : {"tcp_stream", "tcp_rr"}) {
    SCOPED_TRACE(workload);
    Child server = serve();
    Child client = start_in(here_, "client",
                            {"workload", "client", workload, "--host", "10.99.0.2", "--duration", "50s", "--interval",
                             "100ms", "--json-stream"});
    ASSERT_TRUE(waits_for("client.out", "\"interval\""));
    ::kill(server.pid(), SIGKILL);
    EXPECT_EQ(client.wait(kTimeoutNs).value_or(-1), 5);
    const std::string out = text_of("client.out");
    const json end = json::parse(out.substr(out.rfind("{\"event\":\"end\"")));
    EXPECT_EQ(end.at("result").at("status"), "partial");
    EXPECT_GT(measure(end.at("result"), "client", "bytes_sent"), 0);
    EXPECT_FALSE(end.at("result").at("server").at("complete").get<bool>());
    (void)server.wait(kTimeoutNs);
  }
}

TEST_F(WorkloadCommandTest, AClientThatVanishesCostsItsOwnRunOnly) {
  Child server = serve();
  Child client =
      start_in(here_, "client",
               {"workload", "client", "tcp_stream", "--host", "10.99.0.2", "--duration", "50s", "--interval", "100ms"});
  ASSERT_TRUE(waits_for("client.out", "0.10-0.20 s"));
  ::kill(client.pid(), SIGKILL);
  ASSERT_TRUE(waits_for("server.out", "server FAILED")) << text_of("server.out");
  EXPECT_EQ(eventually([&] { return call("tcp_stream", {"--duration", "100ms"}).exit_code == 0; }, 20), true);
}

TEST_F(WorkloadCommandTest, CtrlCEndsEarlyWithWhatWasMeasured) {
  Child server = serve();
  Child client =
      start_in(here_, "client",
               {"workload", "client", "tcp_rr", "--host", "10.99.0.2", "--duration", "50s", "--interval", "100ms"});
  ASSERT_TRUE(waits_for("client.out", "0.10-0.20 s"));
  ::kill(client.pid(), SIGINT);
  EXPECT_EQ(client.wait(kTimeoutNs).value_or(-1), 5);
  EXPECT_THAT(text_of("client.out"), HasSubstr("ended early by a signal"));
  EXPECT_THAT(text_of("client.out"), HasSubstr("latency p50"));
  ::kill(server.pid(), SIGINT);
  EXPECT_EQ(server.wait(kTimeoutNs).value_or(-1), 0);
}

TEST_F(WorkloadCommandTest, AServerThatIsStoppedTellsWhatThereIs) {
  Child server = serve();
  Child client = start_in(here_, "client",
                          {"workload", "client", "udp_stream", "--host", "10.99.0.2", "--duration", "50s", "--interval",
                           "100ms", "--rate-bps", "10M", "--json-stream"});
  ASSERT_TRUE(waits_for("client.out", "\"interval\""));
  ::kill(server.pid(), SIGTERM);
  EXPECT_EQ(client.wait(kTimeoutNs).value_or(-1), 5);
  EXPECT_EQ(server.wait(kTimeoutNs).value_or(-1), 0);
  const std::string out = text_of("client.out");
  const json end = json::parse(out.substr(out.rfind("{\"event\":\"end\"")));
  EXPECT_EQ(end.at("result").at("status"), "interrupted");
  EXPECT_GT(measure(end.at("result"), "server", "datagrams_received"), 0);
}

TEST_F(WorkloadCommandTest, OneClientAtATimeAndOneServerAPort) {
  Child server = serve();
  Child client =
      start_in(here_, "client",
               {"workload", "client", "tcp_stream", "--host", "10.99.0.2", "--duration", "4s", "--interval", "100ms"});
  ASSERT_TRUE(waits_for("client.out", "0.10-0.20 s"));
  const CommandOutput second = call("tcp_stream", {"--duration", "1s"});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.err, HasSubstr("the server is busy serving 10.99.0.1"));
  const CommandOutput other = run_in(there_, command({"workload", "server"}));
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.err, HasSubstr("Address already in use"));
  EXPECT_EQ(client.wait(kTimeoutNs).value_or(-1), 0) << text_of("client.err");
}

TEST_F(WorkloadCommandTest, StrangersAndOtherVersionsAreToldAndSurvived) {
  Child server = serve();
  EXPECT_THAT(answer_to("GET / HTTP/1.0\r\n\r\n"), HasSubstr("sriov-bench-workload/"));
  EXPECT_THAT(answer_to(std::string(100'000, '\xff')), testing::A<std::string>());
  EXPECT_THAT(answer_to(""), testing::A<std::string>());
  EXPECT_THAT(answer_to("sriov-bench-workload/999 hello 9.9\n"), HasSubstr("other-version"));
  EXPECT_THAT(text_of("server.err"), HasSubstr("a client of another version (9.9, protocol 999"));
  // The right greeting, and then no calls.
  const std::string greeting = answer_to("sriov-bench-workload/1 hello x\n");
  const std::string protocol = greeting.substr(0, greeting.find(' '));
  EXPECT_THAT(answer_to(protocol + " hello x\n" + std::string(10'000, 'z')), HasSubstr("welcome"));
  EXPECT_TRUE(eventually([&] { return call("tcp_rr", {"--duration", "100ms"}).exit_code == 0; }, 20));
  EXPECT_TRUE(server.is_running());
}

TEST_F(WorkloadCommandTest, AnotherProgramOnThePortIsNamed) {
  const auto netns = open_netns(there_.pid());
  std::optional<Fd> listener;
  const auto listening = in_netns(*netns, [&]() -> Result<void> {
    SRIOV_ASSIGN(listener, listen_tcp("", 5210, 1, {}));
    return {};
  });
  ASSERT_TRUE(listening) << listening.error().text();
  std::jthread other([&] {
    auto accepted = accept_tcp(listener->get(), {}, {monotonic_ns() + 20 * kNsPerSecond, nullptr});
    const std::string_view banner = "SSH-2.0-OpenSSH_9.2\r\n";
    if (accepted)
      (void)write_all(accepted->socket.get(), std::as_bytes(std::span(banner)),
                      {monotonic_ns() + kNsPerSecond, nullptr});
  });
  const CommandOutput client = call("tcp_stream");
  EXPECT_EQ(client.exit_code, 1);
  EXPECT_THAT(client.err, HasSubstr("no workload server"));
}

TEST_F(WorkloadCommandTest, WrongWordsAreUsageErrors) {
  const std::vector<std::vector<std::string>> wrong{{"tcp_stream", "--message-bytes", "0"},
                                                    {"tcp_stream", "--message-bytes", "1G"},
                                                    {"udp_stream", "--message-bytes", "65508"},
                                                    {"udp_stream", "--no-delay"},
                                                    {"tcp_stream", "--duration", "3"},
                                                    {"tcp_stream", "--duration", "0s"},
                                                    {"tcp_stream", "--interval", "1us"},
                                                    {"tcp_stream", "--port", "70000"},
                                                    {"no_such_workload"},
                                                    {"tcp_rr", "--rate-bps", "1M"},
                                                    {"tcp_stream", "--footprint-bytes", "4M"},
                                                    {"tcp_stream", "-4", "-6"}};
  for (const auto& words : wrong) {
    SCOPED_TRACE(words.back());
    const CommandOutput client = call(words.front(), {words.begin() + 1, words.end()});
    EXPECT_EQ(client.exit_code, 2) << client.err;
    EXPECT_THAT(client.err, Not(HasSubstr("refused")));
  }
}

}  // namespace
}  // namespace sriov::integration
