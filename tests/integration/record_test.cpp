// record: samples beside a command of the user's, through the real programs.
#include <csignal>

#include <nlohmann/json.hpp>

#include "harness.h"
#include "host/clock.h"
#include "host/file.h"

namespace sriov::integration {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kPatienceNs = 20'000'000'000;

class RecordCommandTest : public BenchTest {
 protected:
  /// The arguments of a short recording, then more.
  [[nodiscard]] std::vector<std::string> arguments(const std::vector<std::string>& more) const {
    std::vector<std::string> out{"record", "-o", result(), "--interval", "10ms"};
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }
  [[nodiscard]] bool has_rows() const {
    for (const SampleBlock& block : blocks(trials().front().id))
      if (block.rows() < 2) return false;
    return !blocks(trials().front().id).empty();
  }
};

TEST_F(RecordCommandTest, BesideACommandWhoseOutputAndExitCodeAreItsOwn) {
  const CommandOutput output =
      bench(arguments({"--", "sh", "-c", "sleep 0.3; echo \"$@\"; exit 7", "-", "[a,b]", "--x"}));
  EXPECT_EQ(output.exit_code, 7) << output.err;
  EXPECT_EQ(output.out, "[a,b] --x\n");
  EXPECT_THAT(output.err, HasSubstr("the command ended with exit code 7"));
  EXPECT_THAT(output.err, HasSubstr("interrupts.count"));
  ASSERT_EQ(trials().size(), 1U);
  EXPECT_EQ(trials()[0].record.status, TrialStatus::ok);
  EXPECT_GE(trials()[0].record.end_ns - trials()[0].record.begin_ns, 300'000'000);
  EXPECT_TRUE(has_rows());

  const CommandOutput csv = bench({"export", result(), "--what", "samples"});
  EXPECT_EQ(csv.exit_code, 0);
  EXPECT_THAT(csv.out, HasSubstr(",local,cpu,cpu.time,ns,counter,"));
  const CommandOutput shown = bench({"show", result()});
  EXPECT_EQ(shown.exit_code, 0);
  EXPECT_THAT(shown.out, HasSubstr("recording of sh -c"));
  EXPECT_EQ(bench({"compare", result()}).exit_code, 4);
  EXPECT_EQ(bench({"explain", result()}).exit_code, 4);

  const CommandOutput again = bench(arguments({"--", "true"}));
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("holds a run already"));
}

TEST_F(RecordCommandTest, CtrlCEndsItAndKeepsEverything) {
  for (const int signal : {SIGINT, SIGTERM}) {
    Child recording = start(arguments({}));
    ASSERT_TRUE(eventually([&] { return exists(result() + "/run.sqlite"); }, 20));
    sleep_until_ns(monotonic_ns() + 300'000'000);
    ::kill(recording.pid(), signal);
    const auto code = recording.wait(kPatienceNs);
    ASSERT_TRUE(code);
    EXPECT_EQ(*code, 0);
    EXPECT_EQ(trials().front().record.status, TrialStatus::ok);
    EXPECT_TRUE(has_rows());
    EXPECT_THAT(*read_file(directory() + "/stderr"), HasSubstr("recorded in "));
    LocalShell shell;
    ASSERT_TRUE(shell.output_of({"rm", "-r", result()}, kPatienceNs));
  }
}

TEST_F(RecordCommandTest, CtrlCEndsTheCommandToo) {
  Child recording = start(arguments({"--", "sleep", "1000"}));
  ASSERT_TRUE(eventually([&] { return exists(result() + "/run.sqlite"); }, 20));
  sleep_until_ns(monotonic_ns() + 300'000'000);
  ::kill(recording.pid(), SIGINT);
  const auto code = recording.wait(kPatienceNs);
  ASSERT_TRUE(code);
  EXPECT_EQ(*code, 128 + SIGTERM);
  EXPECT_TRUE(has_rows());
}

TEST_F(RecordCommandTest, ACapturedTree) {
  const CommandOutput output = bench(arguments({"--root", SRIOV_FIXTURES "/trees/dom0", "--collectors",
                                                "interrupts,cpu,netdev", "--duration", "200ms", "--json"}));
  ASSERT_EQ(output.exit_code, 0) << output.err;
  EXPECT_THAT(output.err, HasSubstr("local: collector netdev skipped: "));
  const auto json = nlohmann::json::parse(output.out, nullptr, false);
  ASSERT_TRUE(json.is_object()) << output.out;
  EXPECT_GT(json.at("endpoints").at(0).at("rows").get<int>(), 5);
  EXPECT_THAT(bench({"export", result(), "--what", "samples"}).out, HasSubstr("vif1.0"));
}

TEST_F(RecordCommandTest, TwoMachinesOnOneTimeAxis) {
  const std::string agent = std::string("exec:") + SRIOV_AGENT + " --stdio";
  const CommandOutput output =
      bench(arguments({"--on", "a=" + agent, "--on", "b=" + agent, "--collectors", "cpu", "--duration", "300ms"}));
  ASSERT_EQ(output.exit_code, 0) << output.err;
  const auto clocks = trials().front().record.clocks;
  EXPECT_EQ(clocks.size(), 4U) << "before and after, of each";
  const std::string csv = bench({"export", result(), "--what", "samples"}).out;
  EXPECT_THAT(csv, HasSubstr(",a,cpu,"));
  EXPECT_THAT(csv, HasSubstr(",b,cpu,"));
}

TEST_F(RecordCommandTest, WrongWordsAndLackingCollectors) {
  const auto expect = [&](const std::vector<std::string>& more, int code, const std::string& says) {
    const CommandOutput output = bench(arguments(more));
    EXPECT_EQ(output.exit_code, code) << output.err;
    EXPECT_THAT(output.err, HasSubstr(says));
    EXPECT_FALSE(exists(result()));
  };
  expect({"--collectors", "interupts", "--duration", "1s"}, 2, "did you mean 'interrupts'");
  expect({"--on", "shh:dom0", "--duration", "1s"}, 2, "is not a target");
  expect({"--duration", "1"}, 2, "--duration");
  expect({"--interval", "10us", "--duration", "1s"}, 2, "--interval");
  expect({"--root", directory(), "--on", "local:", "--duration", "1s"}, 2, "leave one of them out");
  expect({"--colectors", "cpu", "--duration", "1s"}, 2, "--colectors");
  expect({"--collectors", "", "--duration", "1s"}, 2, "--collectors: it names no collector");
  expect({"--collectors", ",", "--duration", "1s"}, 2, "a name is missing beside a comma in ','");
  expect({"--collectors", "cpu,,netdev", "--duration", "1s"}, 2, "a name is missing beside a comma");
  expect({"--duration", "1s", "sleep"}, 2, "sleep");
  expect({"--"}, 2, "the command is missing");
  expect({"--", "no-such-program"}, 3, "cannot find the program no-such-program");
  expect({"--root", SRIOV_FIXTURES "/trees/dom0", "--collectors", "netdev", "--duration", "1s"}, 3,
         "none of the collectors works");
  EXPECT_EQ(bench({"record", "--duration", "1s"}).exit_code, 2) << "-o is required";
  EXPECT_EQ(bench({"record", "-o", "/proc/nowhere/else", "--duration", "100ms"}).exit_code, 1);
}

}  // namespace
}  // namespace sriov::integration
