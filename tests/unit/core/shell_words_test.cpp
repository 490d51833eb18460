#include "core/shell_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "host/shell.h"

namespace sriov {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<std::string> kOddWords{
    "plain", "",   " ",     "two words", "\t",    "it's",          "\"both\" it's", "'", "''''",        "\"", "\\",
    "\\'",   "$x", "$(id)", "`id`",      "a;b|c", "* ? [a-z] {1}", "line\nbreak",   "~", "#no comment", "-n", "ü µ",
};

TEST(ShellWords, WhatIsQuotedIsSplitToTheSame) {
  const auto words = split_words(quote_words(kOddWords));
  ASSERT_TRUE(words) << words.error().text();
  EXPECT_EQ(*words, kOddWords);
}

TEST(ShellWords, PlainWordsStayReadable) {
  EXPECT_EQ(quote_words(std::vector<std::string>{"/usr/bin/agent", "--stdio", "a=b", "it's", ""}),
            "/usr/bin/agent --stdio a=b 'it'\"'\"'s' ''");
}

TEST(ShellWords, AnyBytesSurviveTheRoundTrip) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    constexpr std::string_view kBytes = "ab '\"\\\t\n$`";
    std::vector<std::string> words(random() % 4);
    for (std::string& word : words)
      for (auto left = random() % 6; left > 0; --left) word += kBytes[random() % kBytes.size()];
    const std::string text = quote_words(words);
    const auto split = split_words(text);
    ASSERT_TRUE(split) << text;
    ASSERT_EQ(*split, words) << text;
  }
}

TEST(ShellWords, AShellReadsTheSame) {
  LocalShell shell;
  const auto out = shell.output_of({"sh", "-c", "printf '<%s>' " + quote_words(kOddWords)});
  ASSERT_TRUE(out) << out.error().text();
  std::string expected;
  for (const std::string& word : kOddWords) expected += "<" + word + ">";
  EXPECT_EQ(*out, expected);
}

TEST(ShellWords, QuotesKeepBlanksAndJoinWhatTheyTouch) {
  EXPECT_THAT(split_words("  ssh\t-o 'a  b' x\"y z\"'w'  ").value(), ElementsAre("ssh", "-o", "a  b", "xy zw"));
  EXPECT_THAT(split_words("back\\slash '' \"it's\"").value(), ElementsAre("back\\slash", "", "it's"));
  EXPECT_THAT(split_words(" \t").value(), IsEmpty());
}

TEST(ShellWords, AQuoteMustBeClosed) {
  for (const char* text : {"'", "a 'b", "\"it's", "'a' \""}) {
    const auto words = split_words(text);
    ASSERT_FALSE(words) << text;
    EXPECT_EQ(words.error().kind, ErrorKind::usage);
    EXPECT_THAT(words.error().text(), HasSubstr("a quote is not closed"));
  }
}

}  // namespace
}  // namespace sriov
