#include "core/fnv1a.h"

#include <gtest/gtest.h>

namespace sriov {
namespace {

// Vectors of the authors' test suite, which RFC 9923 has too.
TEST(Fnv1a, KnownVectors) {
  EXPECT_EQ(fnv1a(""), 0xCBF29CE484222325U);
  EXPECT_EQ(fnv1a("a"), 0xAF63DC4C8601EC8CU);
  EXPECT_EQ(fnv1a("foobar"), 0x85944171F73967E8U);
}

TEST(Fnv1a, GoesOnWhereItStopped) { EXPECT_EQ(fnv1a("bar", fnv1a("foo")), fnv1a("foobar")); }

TEST(Fnv1a, BytesAboveAsciiAreUnsigned) { EXPECT_EQ(fnv1a("\xFF"), (kFnv1aStart ^ 0xFFU) * 0x100000001B3U); }

}  // namespace
}  // namespace sriov
