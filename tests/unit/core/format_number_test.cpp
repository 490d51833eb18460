#include "core/format_number.h"

#include <gtest/gtest.h>

namespace sriov {
namespace {

TEST(FormatNumber, KeepsThreeDigitsAndNoExponent) {
  EXPECT_EQ(format_number(0), "0");
  EXPECT_EQ(format_number(-0.0000001), "0.000000");
  EXPECT_EQ(format_number(0.01234), "0.0123");
  EXPECT_EQ(format_number(1.234), "1.23");
  EXPECT_EQ(format_number(187.64), "188");
  EXPECT_EQ(format_number(1234567), "1234567");
  EXPECT_EQ(format_number_like(4.123, 187), "4");
  EXPECT_EQ(display_unit("bit/s", 2e9).text, "Gbit/s");
  EXPECT_EQ(display_unit("us", 20'000).text, "ms");
}

}  // namespace
}  // namespace sriov
