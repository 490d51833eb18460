#include "agent/workload/workload_greeting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sriov::agent {
namespace {

using Word = WorkloadGreeting::Word;

TEST(WorkloadGreeting, IsReadAsItWasWritten) {
  for (const Word word : {Word::hello, Word::welcome, Word::busy, Word::other_version}) {
    std::string line = write_greeting({4, word, "0.1.0 (abc1234)"});
    ASSERT_EQ(line.back(), '\n');
    line.pop_back();
    const auto read = parse_greeting(line);
    ASSERT_TRUE(read) << line;
    EXPECT_EQ(read->protocol, 4U);
    EXPECT_EQ(read->word, word);
    EXPECT_EQ(read->text, "0.1.0 (abc1234)");
  }
}

TEST(WorkloadGreeting, AnythingElseIsNone) {
  for (const std::string line :
       {"", "GET / HTTP/1.1", "sriov-bench-workload/", "sriov-bench-workload/4", "sriov-bench-workload/4 ",
        "sriov-bench-workload/4 goodbye x", "sriov-bench-workload/-1 hello x", "sriov-bench-workload/99999999 hello x",
        "sriov-bench-workload/x hello x", " sriov-bench-workload/4 hello x"})
    EXPECT_FALSE(parse_greeting(line)) << line;
  EXPECT_FALSE(parse_greeting("sriov-bench-workload/4 hello " + std::string(kGreetingBytes, 'x')));
}

TEST(WorkloadGreeting, CannotWriteOnATerminal) {
  const auto read = parse_greeting("sriov-bench-workload/4 busy \x1b[2Jgone\r");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text, "?[2Jgone?");
  EXPECT_EQ(write_greeting({4, Word::busy, std::string(1000, 'x')}).size(), kGreetingBytes);
}

}  // namespace
}  // namespace sriov::agent
