#include "analyzers/stats/summary.h"

#include <gtest/gtest.h>

#include <vector>

namespace sriov {
namespace {

const std::vector<double> kA{187.2, 190.1, 184.7, 189.9, 186.3};
const std::vector<double> kB{151.0, 160.2, 148.8, 155.5, 149.1};

TEST(Summarize, AgreesWithR) {
  // R 4.2.2: x <- c(187.2, 190.1, 184.7, 189.9, 186.3); c(mean(x), median(x), sd(x), t.test(x)$conf.int)
  const Summary summary = summarize(kA);
  EXPECT_EQ(summary.n, 5U);
  EXPECT_NEAR(summary.mean, 187.64, 1e-12);
  EXPECT_NEAR(summary.median, 187.2, 1e-12);
  EXPECT_NEAR(summary.standard_deviation, 2.33409511374323, 1e-12);
  EXPECT_NEAR(summary.mean_95->low, 184.74183812888171, 1e-9);
  EXPECT_NEAR(summary.mean_95->high, 190.53816187111826, 1e-9);
}

TEST(Summarize, IsWideForTwoValues) {
  // R: t.test(c(12, 15))$conf.int
  const Summary summary = summarize(std::vector<double>{12, 15});
  EXPECT_NEAR(summary.median, 13.5, 1e-12);
  EXPECT_NEAR(summary.mean_95->low, -5.55930710426204, 1e-9);
  EXPECT_NEAR(summary.mean_95->high, 32.55930710426204, 1e-9);
}

TEST(Summarize, TheMediansIntervalIsOfTheLogarithms) {
  // R: exp(t.test(log(c(12, 15)))$conf.int)
  const Summary summary = summarize(std::vector<double>{12, 15});
  EXPECT_NEAR(summary.median_95->low, 3.25055126, 1e-7);
  EXPECT_NEAR(summary.median_95->high, 55.37522268, 1e-7);
  EXPECT_FALSE(summarize(std::vector<double>{0, 15}).median_95);
  EXPECT_FALSE(summarize(std::vector<double>{15}).median_95);
}

TEST(Summarize, HasNoIntervalForOneValue) {
  const Summary summary = summarize(std::vector<double>{7});
  EXPECT_EQ(summary.mean, 7);
  EXPECT_EQ(summary.standard_deviation, 0);
  EXPECT_FALSE(summary.mean_95);
  EXPECT_EQ(summarize({}).n, 0U);
}

TEST(PairedRatio, AgreesWithR) {
  // R: exp(c(mean(log(a/b)), t.test(log(a/b))$conf.int))
  const auto ratio = paired_ratio(kA, kB);
  ASSERT_TRUE(ratio && ratio->interval_95);
  EXPECT_NEAR(ratio->value, 1.22746311307401, 1e-12);
  EXPECT_NEAR(ratio->interval_95->low, 1.19634791150215, 1e-12);
  EXPECT_NEAR(ratio->interval_95->high, 1.25938757402564, 1e-12);
}

TEST(PairedRatio, IsAbsentWhereItMeansNothing) {
  EXPECT_FALSE(paired_ratio(std::vector<double>{1, 2}, std::vector<double>{1}));
  EXPECT_FALSE(paired_ratio(std::vector<double>{1, 0}, std::vector<double>{1, 1}));
  EXPECT_FALSE(paired_ratio(std::vector<double>{1, 1}, std::vector<double>{1, -1}));
  EXPECT_FALSE(paired_ratio({}, {}));
  const auto one = paired_ratio(std::vector<double>{3}, std::vector<double>{2});
  ASSERT_TRUE(one);
  EXPECT_NEAR(one->value, 1.5, 1e-12);
  EXPECT_FALSE(one->interval_95);
}

}  // namespace
}  // namespace sriov
