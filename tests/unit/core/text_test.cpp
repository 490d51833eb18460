#include "core/text.h"

#include <gtest/gtest.h>

#include "core/keyed_lines.h"

namespace sriov {
namespace {

TEST(ParseDuration, UnderstandsUnitsAndRefusesBareNumbers) {
  EXPECT_EQ(parse_duration_ns("250ms").value(), 250'000'000);
  EXPECT_EQ(parse_duration_ns("1.5s").value(), 1'500'000'000);
  EXPECT_EQ(parse_duration_ns("2m").value(), 120'000'000'000);
  EXPECT_FALSE(parse_duration_ns("3"));
  EXPECT_FALSE(parse_duration_ns("-3s"));
  EXPECT_FALSE(parse_duration_ns("s"));
  EXPECT_EQ(parse_duration_ns("3").error().kind, ErrorKind::usage);
}

TEST(ParseBytes, UsesBinarySuffixes) {
  EXPECT_EQ(parse_bytes("64k").value(), 65536);
  EXPECT_EQ(parse_bytes("1M").value(), 1048576);
  EXPECT_EQ(parse_bytes("1500").value(), 1500);
  EXPECT_FALSE(parse_bytes("12q"));
  EXPECT_FALSE(parse_bytes("99999999999999G"));
}

TEST(ParseRate, UsesDecimalSuffixes) {
  EXPECT_EQ(parse_rate_bps("100M").value(), 100'000'000);
  EXPECT_EQ(parse_rate_bps("1.5G").value(), 1'500'000'000);
}

TEST(Nearest, SuggestsOnlyWhatIsNear) {
  const std::vector<std::string> names{"netfront", "emulated", "vf"};
  EXPECT_EQ(nearest("netfrnt", names), "netfront");
  EXPECT_EQ(nearest("banana", names), "");
}

TEST(ToInt, TakesTheWholeText) {
  EXPECT_EQ(to_int("42"), 42);
  EXPECT_EQ(to_int("42 "), std::nullopt);
  EXPECT_EQ(to_int("99999999999999999999"), std::nullopt);
  EXPECT_EQ(to_int(""), std::nullopt);
}

TEST(KeyedLines, TheFirstOfAKeyWins) {
  const std::string cpuinfo = "processor\t: 0\nmodel\t: 6\nmodel name\t: A: B\n\nprocessor\t: 1\nno colon\n";
  EXPECT_EQ(keyed_value(cpuinfo, "processor"), "0");
  EXPECT_EQ(keyed_value(cpuinfo, "model"), "6");
  EXPECT_EQ(keyed_value(cpuinfo, "model name"), "A: B");
  EXPECT_EQ(keyed_value(cpuinfo, "no colon"), "");
}

TEST(SplitAtBlanks, TakesRunsOfThemAsOne) {
  const std::vector<std::string> words{"Name", "ID", "Mem"};
  EXPECT_EQ(split_at_blanks("  Name\t ID   Mem\r\n"), words);
  EXPECT_TRUE(split_at_blanks("").empty());
  EXPECT_TRUE(split_at_blanks(" \t\n").empty());
}

TEST(LastLines, LeavesBlankOnesOut) {
  const std::vector<std::string> last{"b", "c"};
  EXPECT_EQ(last_lines("a\n\n  b \n\r\nc\n\n", 2), last);
  EXPECT_EQ(last_lines("b\nc", 5), last);
  EXPECT_TRUE(last_lines("a\nb\n", 0).empty());
  EXPECT_TRUE(last_lines("\n \n", 3).empty());
}

TEST(ToLower, LeavesWhatIsNoAsciiLetter) { EXPECT_EQ(to_lower("AZaz@[0-9]\xC3\x84"), "azaz@[0-9]\xC3\x84"); }

}  // namespace
}  // namespace sriov
