// Expected values: tests/fixtures/stats/comparisons.R.
#include "analyzers/stats/rank_tests.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/support/csv_columns.h"

namespace sriov::stats {
namespace {

std::vector<double> differences(const std::string& file) {
  auto columns = test::csv_columns(file);
  std::vector<double> out;
  for (std::size_t i = 0; i < columns["a"].size(); ++i) out.push_back(columns["a"][i] - columns["b"][i]);
  return out;
}

/// 120 whole numbers with ties: R: (1:120 * 37) %% 101 - 45.
std::vector<double> many() {
  std::vector<double> out;
  for (int i = 1; i <= 120; ++i) out.push_back(i * 37 % 101 - 45);
  return out;
}

TEST(WilcoxonSignedRank, IsExactWithoutTies) {
  // R: wilcox.test(a, b, paired = TRUE, exact = TRUE)$p.value
  EXPECT_NEAR(wilcoxon_signed_rank_p(differences("stats/pairs.csv")).value(), 0.000976562500000001, 1e-15);
}

TEST(WilcoxonSignedRank, IsExactWithTiesAndZeros) {
  // All 2^n signs counted out in comparisons.R; R's wilcox.test has an approximation only.
  EXPECT_NEAR(wilcoxon_signed_rank_p(differences("stats/tied_pairs.csv")).value(), 0.09375, 1e-15);
}

TEST(WilcoxonSignedRank, IsNormalForMany) {
  // R: wilcox.test(many, exact = FALSE, correct = TRUE)$p.value
  EXPECT_NEAR(wilcoxon_signed_rank_p(many()).value(), 0.0649282054229733, 1e-12);
}

TEST(WilcoxonSignedRank, FivePairsAreNeverSignificant) {
  EXPECT_NEAR(wilcoxon_signed_rank_p(std::vector<double>{1, 2, 3, 4, 5}).value(), 0.0625, 1e-15);
  EXPECT_NEAR(wilcoxon_signed_rank_p(std::vector<double>{-1, -2, -3, -4, -5}).value(), 0.0625, 1e-15);
  EXPECT_EQ(wilcoxon_signed_rank_p(std::vector<double>{-1, 1}).value(), 1);
}

TEST(WilcoxonSignedRank, IsAbsentWithoutDifferences) {
  EXPECT_FALSE(wilcoxon_signed_rank_p({}));
  EXPECT_FALSE(wilcoxon_signed_rank_p(std::vector<double>{0, 0, 0}));
}

TEST(MannWhitney, IsExactWithoutTies) {
  auto columns = test::csv_columns("stats/pairs.csv");
  // R: wilcox.test(a, b, exact = TRUE)$p.value
  EXPECT_NEAR(mann_whitney_p(columns["a"], columns["b"]).value(), 0.00555959049699795, 1e-14);
}

TEST(MannWhitney, IsExactWithTies) {
  auto columns = test::csv_columns("stats/tied_pairs.csv");
  // All 3,432 choices counted out in comparisons.R.
  EXPECT_NEAR(mann_whitney_p(columns["a"], columns["b"]).value(), 0.12995337995338, 1e-13);
}

TEST(MannWhitney, IsNormalForMany) {
  const std::vector<double> values = many();
  std::vector<double> raised(values.begin() + 60, values.end());
  for (double& value : raised) value += 9;
  // R: wilcox.test(many[1:60], many[61:120] + 9, exact = FALSE, correct = TRUE)$p.value
  EXPECT_NEAR(mann_whitney_p(std::span(values).first(60), raised).value(), 0.201196515629455, 1e-12);
}

TEST(MannWhitney, IsAbsentWhereItMeansNothing) {
  EXPECT_FALSE(mann_whitney_p({}, std::vector<double>{1}));
  EXPECT_FALSE(mann_whitney_p(std::vector<double>{2, 2}, std::vector<double>{2}));
}

}  // namespace
}  // namespace sriov::stats
