#include "analyzers/stats/effect_size.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/support/csv_columns.h"

namespace sriov::stats {
namespace {

TEST(CliffsDelta, CountsWhoIsAbove) {
  const std::vector<double> low{1, 2, 3};
  const std::vector<double> high{4, 5};
  EXPECT_EQ(cliffs_delta(high, low).value(), 1);
  EXPECT_EQ(cliffs_delta(low, high).value(), -1);
  EXPECT_EQ(cliffs_delta(low, low).value(), 0);
  EXPECT_FALSE(cliffs_delta({}, low));
  auto columns = test::csv_columns("stats/tied_pairs.csv");
  // R: mean(sign(outer(a, b, "-")))
  EXPECT_NEAR(cliffs_delta(columns["a"], columns["b"]).value(), 0.489795918367347, 1e-12);
}

TEST(CliffsDelta, HasItsUsualWords) {
  EXPECT_EQ(cliffs_delta_word(0.146), "negligible");
  EXPECT_EQ(cliffs_delta_word(-0.147), "small");
  EXPECT_EQ(cliffs_delta_word(0.33), "medium");
  EXPECT_EQ(cliffs_delta_word(-0.474), "large");
}

TEST(HedgesG, IsAbsentWithoutSpread) {
  EXPECT_FALSE(hedges_g(std::vector<double>{1, 1}, std::vector<double>{2, 2}));
  EXPECT_FALSE(hedges_g(std::vector<double>{1}, std::vector<double>{2, 3}));
}

}  // namespace
}  // namespace sriov::stats
