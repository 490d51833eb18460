// Samples that must be the same in all that they are.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "core/sample_block.h"

namespace sriov::test {

inline void expect_same_blocks(const std::vector<SampleBlock>& a, const std::vector<SampleBlock>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    SCOPED_TRACE(a[i].endpoint + ' ' + a[i].collector);
    EXPECT_EQ(a[i].endpoint, b[i].endpoint);
    EXPECT_EQ(a[i].collector, b[i].collector);
    EXPECT_EQ(a[i].series, b[i].series);
    EXPECT_EQ(a[i].begin_ns, b[i].begin_ns);
    EXPECT_EQ(a[i].end_ns, b[i].end_ns);
    EXPECT_EQ(a[i].columns, b[i].columns);
  }
}

}  // namespace sriov::test
