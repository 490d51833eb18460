#include "analyzers/stats/fairness.h"

#include <gtest/gtest.h>

#include <vector>

namespace sriov::stats {
namespace {

TEST(JainIndex, IsOneForEqualSharesAndOneNthForOneTaker) {
  EXPECT_NEAR(jain_index(std::vector<double>{5, 5, 5}).value(), 1, 1e-12);
  EXPECT_NEAR(jain_index(std::vector<double>{0, 7, 0, 0}).value(), 0.25, 1e-12);
  EXPECT_NEAR(jain_index(std::vector<double>{1, 2, 3}).value(), 36.0 / 42.0, 1e-12);
  EXPECT_FALSE(jain_index(std::vector<double>{0, 0}));
  EXPECT_FALSE(jain_index({}));
}

}  // namespace
}  // namespace sriov::stats
