#include "store/column_codec.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/sample_block.h"

namespace sriov {
namespace {

TEST(ColumnCodec, SurvivesEveryValue) {
  const std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  const std::vector<std::int64_t> values{0, 1, -1, kAbsent, kAbsent, largest, kAbsent, largest, -largest, 64, 63};
  EXPECT_EQ(decode_column(encode_column(values)).value(), values);
  EXPECT_TRUE(decode_column("").value().empty());
}

TEST(ColumnCodec, IsTheDocumentedFormat) {
  EXPECT_EQ(encode_column(std::vector<std::int64_t>{100, 100, 99, 228}), std::string("\xC8\x01\x00\x01\x82\x02", 6));
}

TEST(ColumnCodec, RefusesDamagedBytes) {
  EXPECT_FALSE(decode_column("\x80"));
  EXPECT_FALSE(decode_column(std::string(10, '\xFF') + '\x01'));
  EXPECT_FALSE(decode_column(std::string(9, '\xFF') + '\x02'));
}

}  // namespace
}  // namespace sriov
