// Expected values: tests/fixtures/stats/comparisons.R.
#include "analyzers/stats/multiple_comparisons.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sriov::stats {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

const std::vector<double> kP{0.001, 0.04, 0.03, 0.5, 0.012, 0.012};

TEST(Holm, AgreesWithR) {
  // R: p.adjust(p, "holm")
  const auto near = [](double p) { return DoubleNear(p, 1e-12); };
  EXPECT_THAT(holm(kP), ElementsAre(near(0.006), near(0.09), near(0.09), near(0.5), near(0.06), near(0.06)));
}

TEST(BenjaminiHochberg, AgreesWithR) {
  // R: p.adjust(p, "BH")
  const auto near = [](double p) { return DoubleNear(p, 1e-12); };
  EXPECT_THAT(benjamini_hochberg(kP),
              ElementsAre(near(0.006), near(0.048), near(0.045), near(0.5), near(0.024), near(0.024)));
}

TEST(MultipleComparisons, OneIsItselfAndNoneIsNone) {
  EXPECT_THAT(holm(std::vector<double>{0.04}), ElementsAre(0.04));
  EXPECT_THAT(benjamini_hochberg(std::vector<double>{0.04}), ElementsAre(0.04));
  EXPECT_TRUE(holm({}).empty());
  EXPECT_TRUE(benjamini_hochberg({}).empty());
}

}  // namespace
}  // namespace sriov::stats
