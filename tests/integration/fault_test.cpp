// What goes wrong, and that nothing is lost or left behind.
#include <sys/types.h>

#include <csignal>

#include "harness.h"
#include "host/clock.h"
#include "host/file.h"

namespace sriov::integration {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kLong = 120'000'000'000;

class FaultTest : public BenchTest {
 protected:
  /// Two trials of three seconds each.
  std::string two_trials() const {
    return experiment(
        "name = 'faults'\ntestbed = 'netns'\nrepetitions = 2\nwarmup = '200ms'\nduration = '3s'\ninterval = '50ms'\n"
        "[factors]\npath = 'veth'\nworkload = 'tcp_stream'\n");
  }
};

TEST_F(FaultTest, TrialOfAKilledAgentIsKeptAndRepeated) {
  Child run = start({"run", two_trials(), "-o", result()});
  const pid_t guest = wait_for_traffic(run.pid(), "direct0");
  ASSERT_NE(guest, 0) << said();
  // The first megabytes pass before the second sample is due: kill in the middle of the measured seconds.
  sleep_until_ns(monotonic_ns() + 1'500'000'000);
  ASSERT_EQ(kill(guest, SIGKILL), 0);
  const auto code = run.wait(kLong);
  ASSERT_TRUE(code);
  EXPECT_EQ(*code, 0) << said();
  const auto all = trials();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].record.status, TrialStatus::failed);
  EXPECT_EQ(all[0].record.attempt, 1);
  EXPECT_THAT(all[0].record.reason, HasSubstr("guest1"));
  EXPECT_EQ(all[1].record.status, TrialStatus::ok);
  EXPECT_EQ(all[1].record.attempt, 2);
  EXPECT_EQ(all[1].record.planned.index, all[0].record.planned.index);
  EXPECT_EQ(all[2].record.status, TrialStatus::ok);
  // The samples of those that lived are kept.
  bool has_peer = false;
  for (const SampleBlock& block : blocks(all[0].id))
    has_peer = has_peer || (block.endpoint == "peer" && block.rows() > 2);
  EXPECT_TRUE(has_peer);
}

TEST_F(FaultTest, KilledControllerLeavesNothingAndIsResumed) {
  const std::string file = two_trials();
  Child run = start({"run", file, "-o", result()});
  ASSERT_NE(wait_for_traffic(run.pid(), "direct0"), 0) << said();
  ASSERT_TRUE(eventually([&] { return exists(result() + "/run.sqlite") && trials().size() == 1; }, 60));
  const auto agents = agents_of(run.pid());
  EXPECT_EQ(agents.size(), 4U);
  ASSERT_EQ(kill(run.pid(), SIGKILL), 0);
  ASSERT_TRUE(run.wait(kLong));
  EXPECT_TRUE(eventually(
      [&] {
        for (const pid_t agent : agents)
          if (kill(agent, 0) == 0) return false;
        return true;
      },
      10))
      << "agents outlive their controller";
  EXPECT_FALSE(exists("/sys/class/net/bridged0"));
  EXPECT_EQ(trials().size(), 1U);

  const CommandOutput resumed = bench({"run", file, "-o", result(), "--resume"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  const auto all = trials();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].record.planned.index, 0);
  EXPECT_EQ(all[1].record.planned.index, 1);
  EXPECT_EQ(bench({"run", file, "-o", result(), "--resume"}).exit_code, 0) << "a complete run is left as it is";
  EXPECT_EQ(trials().size(), 2U);
  for (const std::string& name : list_directory(directory() + "/state")) EXPECT_THAT(name, Not(HasSubstr("journal")));
}

TEST_F(FaultTest, InterruptStopsCleanlyAndCanBeResumed) {
  const std::string file = two_trials();
  Child run = start({"run", file, "-o", result()});
  ASSERT_NE(wait_for_traffic(run.pid(), "direct0"), 0) << said();
  ASSERT_EQ(kill(run.pid(), SIGINT), 0);
  const auto code = run.wait(kLong);
  ASSERT_TRUE(code);
  EXPECT_EQ(*code, 5) << said();
  EXPECT_THAT(said(), HasSubstr("interrupted"));
  EXPECT_LT(trials().size(), 2U);
  EXPECT_EQ(bench({"run", file, "-o", result(), "--resume"}).exit_code, 0);
  EXPECT_EQ(trials().size(), 2U);
}

TEST_F(FaultTest, SecondControllerIsRefusedAndToldWhoHoldsTheTestbed) {
  const std::string file = two_trials();
  Child run = start({"run", file, "-o", result()});
  ASSERT_NE(wait_for_traffic(run.pid(), "direct0"), 0) << said();
  const CommandOutput second = bench({"run", file, "-o", result() + "-second"});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.err, HasSubstr("testbed 'netns' is in use by pid " + std::to_string(run.pid())));
  EXPECT_FALSE(exists(result() + "-second"));
  run.stop();
}

TEST_F(FaultTest, ResumingAnotherExperimentIsRefused) {
  const std::string file = two_trials();
  ASSERT_EQ(bench({"run", file, "-o", result(), "--set", "duration=200ms"}).exit_code, 0);
  const CommandOutput other = bench({"run", file, "-o", result(), "--resume", "--set", "duration=300ms"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("it was run with `duration = \"200ms\"`, now it is `duration = \"300ms\"`"));
  const CommandOutput again = bench({"run", file, "-o", result()});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("--resume"));
}

TEST_F(FaultTest, FullDiskStopsTheRunAndKeepsWhatIsThere) {
  const std::string file = two_trials();
  const std::string disk = directory() + "/disk";
  ASSERT_TRUE(make_directories(disk));
  std::string run;
  for (const std::string& word : command({"run", file, "-o", disk + "/run", "--set", "repetitions=200", "--set",
                                          "duration=100ms", "--set", "warmup=0ms", "--set", "interval=1ms"}))
    run += word + ' ';
  std::string show;
  for (const std::string& word : command({"show", disk + "/run"})) show += word + ' ';
  LocalShell shell;
  const auto output = shell.run({"unshare", "--mount", "--", "/bin/sh", "-c",
                                 "mount -t tmpfs -o size=1500k tmpfs " + disk + " || exit 99; " + run + "; code=$?; " +
                                     show + " >/dev/null || exit 98; exit $code"},
                                kLong);
  ASSERT_TRUE(output) << output.error().text();
  EXPECT_NE(output->exit_code, 99) << "no tmpfs here";
  EXPECT_EQ(output->exit_code, 5) << output->err;
  EXPECT_THAT(output->err, HasSubstr("stopped"));
}

TEST_F(FaultTest, ReaderThatHasSeenEnoughEndsTheExportSilently) {
  ASSERT_EQ(bench({"run", two_trials(), "-o", result(), "--set", "duration=200ms"}).exit_code, 0);
  Command piped{"bash", "-c", "\"$@\" | head -c 10; echo \" ${PIPESTATUS[0]}\"", "bash"};
  for (const std::string& word : command({"export", result(), "--what", "samples", "-o", "-"})) piped.push_back(word);
  LocalShell shell;
  const auto output = shell.run(piped, kLong);
  ASSERT_TRUE(output) << output.error().text();
  EXPECT_EQ(output->out, "run,trial, 141\n") << "128 + SIGPIPE";
  EXPECT_EQ(output->err, "");
}

TEST_F(FaultTest, WrongWordsAreNamedWithTheirLine) {
  const std::string file = experiment("testbed = 'netns'\nrepetitons = 3\n");
  const CommandOutput output = bench({"run", file});
  EXPECT_EQ(output.exit_code, 2);
  EXPECT_THAT(output.err, HasSubstr("experiment.toml:2: unknown key 'repetitons'; did you mean 'repetitions'?"));
}

TEST_F(FaultTest, WithoutRootItSaysSo) {
  const std::string file = two_trials();
  Command as_nobody{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"};
  for (std::string& word : command({"run", file, "-o", result()})) as_nobody.push_back(std::move(word));
  LocalShell shell;
  ASSERT_TRUE(shell.output_of({"chmod", "-R", "a+rwX", directory()}));
  const auto output = shell.run(as_nobody, kLong);
  ASSERT_TRUE(output);
  if (output->exit_code == 126 || output->exit_code == 127) GTEST_SKIP() << "the build is not readable for others";
  EXPECT_EQ(output->exit_code, 3) << output->err;
  EXPECT_THAT(output->err, HasSubstr("root"));
}

}  // namespace
}  // namespace sriov::integration
