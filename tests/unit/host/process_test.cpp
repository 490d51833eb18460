#include "host/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "host/clock.h"
#include "host/process_stat.h"

namespace sriov {
namespace {

using ::testing::HasSubstr;
constexpr std::int64_t kSecondNs = 1'000'000'000;

bool is_gone(pid_t pid) {
  for (int i = 0; i < 400; ++i) {
    const auto stat = read_process_stat(pid);
    if (!stat || stat->has_ended()) return true;
    sleep_until_ns(monotonic_ns() + 5'000'000);
  }
  return false;
}

TEST(Child, ReportsExitCodesAndSignals) {
  auto seven = Child::start({"sh", "-c", "exit 7"}, {});
  ASSERT_TRUE(seven) << seven.error().text();
  EXPECT_EQ(seven->wait(10 * kSecondNs).value(), 7);
  EXPECT_EQ(seven->wait(0).value(), 7) << "the code stays known";
  EXPECT_FALSE(seven->is_running());

  auto killed = Child::start({"sh", "-c", "kill -TERM $$"}, {});
  ASSERT_TRUE(killed);
  EXPECT_EQ(killed->wait(10 * kSecondNs).value(), 128 + SIGTERM);
}

TEST(Child, NamesTheProgramThatCannotBeExecuted) {
  const auto missing = Child::start({"no-such-program-here"}, {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::environment);
  EXPECT_THAT(missing.error().what, HasSubstr("no-such-program-here"));

  const std::string script = testing::TempDir() + "no-interpreter-" + std::to_string(::getpid());
  ASSERT_TRUE(write_file(script, "#!/no/such/interpreter\n"));
  ASSERT_EQ(::chmod(script.c_str(), 0755), 0);
  const auto broken = Child::start({script}, {});
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().what, HasSubstr(script));
  EXPECT_THAT(broken.error().what, HasSubstr("No such file"));
  ::unlink(script.c_str());
}

TEST(Child, BeforeExecCanAbort) {
  ChildOptions options;
  options.before_exec = [] { return 3; };
  const auto child = Child::start({"true"}, options);
  ASSERT_FALSE(child);
  EXPECT_THAT(child.error().what, HasSubstr("status 3"));
}

TEST(Child, WaitGivesUpInTimeAndTheDestructorKillsTheGroup) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const Fd read_end(ends[0]);
  Fd write_end(ends[1]);
  pid_t grandchild = 0;
  {
    ChildOptions options;
    options.stdout_fd = write_end.get();
    auto child = Child::start({"sh", "-c", "sleep 60 & echo $!; wait"}, options);
    ASSERT_TRUE(child);
    std::array<char, 32> text{};
    ASSERT_GT(::read(read_end.get(), text.data(), text.size() - 1), 0);
    grandchild = std::atoi(text.data());
    EXPECT_TRUE(child->is_running());
    const auto early = child->wait(10'000'000);
    ASSERT_FALSE(early);
    EXPECT_THAT(early.error().what, HasSubstr("still runs"));
  }
  EXPECT_TRUE(is_gone(grandchild));
}

TEST(Child, LeaksNoDescriptorsExceptThoseToKeep) {
  const int leaky = ::open("/dev/null", O_RDONLY);
  const int kept = ::open("/dev/zero", O_RDONLY | O_CLOEXEC);
  ChildOptions options;
  options.keep_fds = {kept};
  const std::string test =
      "test ! -e /proc/self/fd/" + std::to_string(leaky) + " && test -e /proc/self/fd/" + std::to_string(kept);
  auto child = Child::start({"sh", "-c", test}, options);
  ASSERT_TRUE(child);
  EXPECT_EQ(child->wait(10 * kSecondNs).value(), 0);
  ::close(leaky);
  ::close(kept);
}

TEST(Child, StopAsksFirst) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const Fd read_end(ends[0]);
  Fd write_end(ends[1]);
  ChildOptions options;
  options.stdout_fd = write_end.get();
  auto child =
      Child::start({"sh", "-c", "trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.02; done"}, options);
  ASSERT_TRUE(child);
  write_end.close();
  std::array<char, 64> text{};
  ASSERT_GT(::read(read_end.get(), text.data(), text.size()), 0);
  child->stop(5 * kSecondNs);
  EXPECT_FALSE(child->is_running());
  const ssize_t got = ::read(read_end.get(), text.data(), text.size());
  EXPECT_EQ(std::string(text.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))), "bye\n");
}

TEST(FindProgram, KnowsSbinAndRefusesFolders) {
  EXPECT_THAT(find_program("sh"), testing::EndsWith("/sh"));
  EXPECT_EQ(find_program("/usr"), "");
  EXPECT_EQ(find_program(""), "");
}

}  // namespace
}  // namespace sriov
