// Expected values: tests/fixtures/stats/regression.R.
#include "analyzers/stats/nonnegative_fit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "analyzers/stats/random.h"
#include "tests/unit/support/csv_columns.h"

namespace sriov::stats {
namespace {

using Table = std::vector<std::vector<double>>;

struct Costs {
  Table columns;
  std::vector<double> cpu;
};

Costs costs() {
  auto read = test::csv_columns("stats/costs.csv");
  return {{read["one"], read["interrupts"], read["packets"], read["wakeups"]}, read["cpu"]};
}

TEST(NonnegativeLeastSquares, AgreesWithR) {
  const auto [columns, cpu] = costs();
  const auto solved = nonnegative_least_squares(columns, cpu);
  ASSERT_TRUE(solved);
  // R: nnls(X, y)$x
  EXPECT_NEAR((*solved)[0], 2.72699814249074, 1e-9);
  EXPECT_NEAR((*solved)[1], 0.000297081156721284, 1e-13);
  EXPECT_NEAR((*solved)[2], 5.07333997573812e-05, 1e-14);
  EXPECT_NEAR((*solved)[3], 4.83764530155381e-05, 1e-13);
}

TEST(NonnegativeLeastSquares, WhatWouldBeNegativeIs0) {
  // R: nnls(cbind(c(1, 2, 3), c(3, 2, 1)), c(-1, 0, 2))$x
  const auto solved = nonnegative_least_squares(Table{{1, 2, 3}, {3, 2, 1}}, std::vector<double>{-1, 0, 2});
  EXPECT_NEAR((*solved)[0], 0.357142857142857, 1e-12);
  EXPECT_EQ((*solved)[1], 0);
}

/// Karush, Kuhn and Tucker: no pull on what is above 0, no pull upwards on what is 0. It holds at the minimum and
/// nowhere else.
TEST(NonnegativeLeastSquares, IsAtTheMinimum) {
  Random random(3);
  for (int round = 0; round < 300; ++round) {
    Table columns(5, std::vector<double>(9));
    std::vector<double> y(9);
    for (auto& column : columns)
      for (double& value : column) value = random.normal();
    for (double& value : y) value = random.normal();
    const auto solved = nonnegative_least_squares(columns, y).value();
    for (std::size_t i = 0; i < y.size(); ++i)
      for (std::size_t j = 0; j < columns.size(); ++j) y[i] -= columns[j][i] * solved[j];
    for (std::size_t j = 0; j < columns.size(); ++j) {
      double pull = 0;
      for (std::size_t i = 0; i < y.size(); ++i) pull += columns[j][i] * y[i];
      ASSERT_GE(solved[j], 0);
      ASSERT_LT(pull, 1e-9);
      if (solved[j] > 0) {
        ASSERT_GT(pull, -1e-9);
      }
    }
  }
}

TEST(NonnegativeLeastSquares, ColumnsThatAreTheSameAndOf0Do) {
  const auto solved = nonnegative_least_squares(Table{{1, 2, 3}, {1, 2, 3}, {0, 0, 0}}, std::vector<double>{2, 4, 6});
  ASSERT_TRUE(solved);
  EXPECT_NEAR((*solved)[0] + (*solved)[1], 2, 1e-9);
  EXPECT_EQ((*solved)[2], 0);
}

TEST(FitNonnegative, AgreesWithR) {
  const auto [columns, cpu] = costs();
  const auto fit = fit_nonnegative(columns, cpu);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->residuals, 68.0958079834028, 1e-8);
  EXPECT_NEAR(fit->r_squared, 0.985594171365116, 1e-10);
  EXPECT_NEAR(fit->cross_validated_r_squared, 0.98011477888787, 1e-10);  // R: nnls without each row in turn
  EXPECT_NEAR(fit->condition_number, 16.6207595938239, 1e-9);            // R: kappa(scaled, exact = TRUE)
  EXPECT_TRUE(fit->is_identifiable());
  const std::array<double, 4> unique{0.0028994980275149, 0.0463340955495372, 0.6862122285256, 0.000115776422037546};
  const std::array<double, 4> share{0.0727057324565172, 0.386157385999971, 0.515249791221636, 0.0258870903218756};
  // R: 1 / (1 - summary(lm(column ~ others))$r.squared)
  const std::array<double, 4> inflation{13.0219485555899, 5.36200745415939, 1.01333886440208, 5.35759000218397};
  for (std::size_t j = 0; j < 4; ++j) {
    EXPECT_NEAR(fit->parts[j].unique_r_squared, unique[j], 1e-10) << j;
    EXPECT_NEAR(fit->parts[j].share, share[j], 1e-10) << j;
    EXPECT_NEAR(fit->parts[j].variance_inflation, inflation[j], 1e-8) << j;
  }
  // R: rows drawn anew 4,000 times: 4.7987e-05 to 5.3526e-05
  EXPECT_NEAR(fit->parts[2].coefficient_95.low, 4.7987e-05, 3e-7);
  EXPECT_NEAR(fit->parts[2].coefficient_95.high, 5.3526e-05, 3e-7);
  EXPECT_EQ(fit->parts[3].coefficient_95.low, 0);  // It costs nothing.
}

TEST(FitNonnegative, PartsThatMoveTogetherAreNotIdentifiable) {
  auto [columns, cpu] = costs();
  columns[3] = columns[1];
  for (std::size_t i = 0; i < cpu.size(); ++i) columns[3][i] *= 1 + 0.001 * static_cast<double>(i % 2);
  const auto fit = fit_nonnegative(columns, cpu, {50, 1});
  ASSERT_TRUE(fit);
  EXPECT_FALSE(fit->is_identifiable());
  EXPECT_GT(fit->parts[1].variance_inflation, 10);
  columns[3] = columns[1];
  EXPECT_EQ(fit_nonnegative(columns, cpu, {50, 1})->parts[1].variance_inflation,
            std::numeric_limits<double>::infinity());
}

TEST(FitNonnegative, OneColumn) {
  const auto fit = fit_nonnegative(Table{{1, 2, 3, 4}}, std::vector<double>{2.1, 3.9, 6.2, 7.8}, {50, 1});
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->parts[0].variance_inflation, 1);
  EXPECT_EQ(fit->condition_number, 1);
  EXPECT_NEAR(fit->parts[0].share, 1, 1e-12);
}

TEST(FitNonnegative, IsAbsentForTooLittle) {
  EXPECT_FALSE(fit_nonnegative({}, std::vector<double>{1, 2}));
  EXPECT_FALSE(fit_nonnegative(Table{{1, 2}, {2, 1}}, std::vector<double>{1, 2}));
  EXPECT_FALSE(fit_nonnegative(Table{{1, 2, 3}}, std::vector<double>{1, 2}));
  EXPECT_FALSE(fit_nonnegative(Table{{1, 2, 3}}, std::vector<double>{4, 4, 4}));
  EXPECT_FALSE(
      nonnegative_least_squares(Table{{1, std::numeric_limits<double>::quiet_NaN()}}, std::vector<double>{1, 2}));
}

}  // namespace
}  // namespace sriov::stats
