#include "host/process_stat.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

namespace sriov {
namespace {

const std::string kRest = " 41 42 42 0 -1 4194560 100 0 0 0 7 3 0 0 20 0 1 0 98765 4096 200\n";

TEST(ProcessStat, FieldsFollowTheLastBracket) {
  for (const std::string name : {"plain", "odd ) name (x)", ") R 1 2", "((", ""}) {
    const auto stat = parse_process_stat("42 (" + name + ") S" + kRest);
    ASSERT_TRUE(stat) << name;
    EXPECT_EQ(stat->pid, 42);
    EXPECT_EQ(stat->state, 'S');
    EXPECT_EQ(stat->parent, 41);
    EXPECT_EQ(stat->user_ticks, 7);
    EXPECT_EQ(stat->start_ticks, 98765);
    EXPECT_FALSE(stat->has_ended());
  }
}

TEST(ProcessStat, ZombiesHaveEnded) {
  EXPECT_TRUE(parse_process_stat("42 (sh) Z" + kRest)->has_ended());
  EXPECT_TRUE(parse_process_stat("42 (sh) X" + kRest)->has_ended());
}

TEST(ProcessStat, OtherTextIsNone) {
  for (const std::string& text :
       {std::string(), std::string("42"), std::string("42 (sh)"), "42 sh S" + kRest, std::string("42 (short) S 1"),
        "x (sh) S" + kRest, "42 (sh) SS" + kRest, "42 (sh) S x" + kRest, "42 (sh) S 99999999999" + kRest})
    EXPECT_FALSE(parse_process_stat(text)) << text;
}

TEST(ProcessStat, OfThisProcess) {
  const auto own = read_process_stat(::getpid());
  ASSERT_TRUE(own);
  EXPECT_EQ(own->pid, ::getpid());
  EXPECT_EQ(own->parent, ::getppid());
  EXPECT_GT(own->start_ticks, 0);
  EXPECT_FALSE(own->has_ended());
}

TEST(ProcessStat, OfAZombieAndOfNobody) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) ::_exit(0);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  const auto zombie = read_process_stat(child);
  ASSERT_TRUE(zombie);
  EXPECT_TRUE(zombie->has_ended());
  EXPECT_EQ(zombie->parent, ::getpid());
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_FALSE(read_process_stat(child));
}

}  // namespace
}  // namespace sriov
