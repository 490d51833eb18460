#include "host/shell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "core/text.h"
#include "host/clock.h"
#include "host/file.h"
#include "host/process_stat.h"

namespace sriov {
namespace {

using ::testing::HasSubstr;
constexpr std::int64_t kSecondNs = 1'000'000'000;

TEST(LocalShell, ReadsBothStreamsWithoutDeadlock) {
  LocalShell shell;
  const auto output =
      shell.run({"sh", "-c",
                 "head -c 300000 /dev/zero | tr '\\0' o; head -c 300000 /dev/zero | tr '\\0' e >&2; echo end; exit 3"},
                20 * kSecondNs);
  ASSERT_TRUE(output) << output.error().text();
  EXPECT_EQ(output->exit_code, 3);
  EXPECT_EQ(output->out, std::string(300000, 'o') + "end\n");
  EXPECT_EQ(output->err, std::string(300000, 'e'));
}

TEST(LocalShell, TimeoutKillsGrandchildrenToo) {
  LocalShell shell;
  const std::string pid_file = testing::TempDir() + "grandchild-" + std::to_string(::getpid());
  const std::int64_t start_ns = monotonic_ns();
  const auto output =
      shell.run({"sh", "-c", "trap '' TERM; sleep 60 & echo $! > " + pid_file + "; wait; sleep 60"}, 2 * kSecondNs);
  ASSERT_FALSE(output);
  EXPECT_THAT(output.error().what, HasSubstr("took longer than 2 s"));
  EXPECT_LT(monotonic_ns() - start_ns, 20 * kSecondNs);
  // SIGKILL is sent when run() returns; on a busy machine the process may not have had its turn to die yet.
  const auto grandchild = to_int(read_word(pid_file));
  ASSERT_TRUE(grandchild);
  const auto is_gone = [&] {
    const auto stat = read_process_stat(static_cast<pid_t>(*grandchild));
    return !stat || stat->has_ended();
  };
  while (!is_gone() && monotonic_ns() - start_ns < 20 * kSecondNs) sleep_until_ns(monotonic_ns() + 10'000'000);
  EXPECT_TRUE(is_gone()) << *grandchild;
  ::unlink(pid_file.c_str());
}

TEST(LocalShell, IsNotHeldUpByWhatACommandLeavesRunning) {
  LocalShell shell;
  const std::int64_t start_ns = monotonic_ns();
  const auto output = shell.run({"sh", "-c", "sleep 5 & echo started $!"}, 20 * kSecondNs);
  ASSERT_TRUE(output) << output.error().text();
  EXPECT_LT(monotonic_ns() - start_ns, 4 * kSecondNs);
  ASSERT_THAT(output->out, testing::StartsWith("started "));
  ::kill(std::atoi(output->out.c_str() + 8), SIGKILL);
}

TEST(LocalShell, OutputOfSaysWhatTheCommandSaid) {
  LocalShell shell;
  EXPECT_EQ(shell.output_of({"printf", "%s", "a b"}).value(), "a b");
  const auto failed = shell.output_of({"sh", "-c", "echo one >&2; echo no such VF >&2; exit 2"});
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().what, HasSubstr("exit code 2"));
  EXPECT_THAT(failed.error().what, HasSubstr("no such VF"));
  EXPECT_EQ(failed.error().where, "this host");
  EXPECT_THAT(shell.output_of({"no-such-program-here"}).error().what, HasSubstr("no-such-program-here"));
}

TEST(LocalShell, ReadsAndWritesFiles) {
  LocalShell shell;
  const std::string path = testing::TempDir() + "shell-file-" + std::to_string(::getpid());
  ASSERT_TRUE(shell.write(path, "hello"));
  EXPECT_EQ(shell.read(path).value(), "hello");
  ::unlink(path.c_str());
  EXPECT_FALSE(shell.read(path));
  EXPECT_FALSE(shell.write("/proc/no/such/file", "1"));
}

}  // namespace
}  // namespace sriov
