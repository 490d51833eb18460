// A cost as a sum of parts: each part's count times what one of it costs, and no cost is below 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analyzers/stats/interval.h"

namespace sriov::stats {

/// A regressor's values, one a row (a trial); all columns of the same length.
using Columns = std::span<const std::vector<double>>;

/// Coefficients >= 0 that minimise the sum of squares of y - columns * coefficients: the active-set method of C. Lawson
/// and R. Hanson, "Solving Least Squares Problems", 1974, chapter 23 (R: nnls). Absent for no columns, lengths that
/// differ, or a value that is not finite.
[[nodiscard]] std::optional<std::vector<double>> nonnegative_least_squares(Columns columns, std::span<const double> y);

struct NonnegativeOptions {
  std::size_t resamples = 2'000;
  std::uint64_t seed = 1;
};

struct NonnegativePart {
  double coefficient = 0;
  /// Rows drawn anew, percentiles. Where the coefficient is 0 or near it the low end is 0 and the interval is only
  /// roughly right: the bootstrap fails at a bound (D. Andrews, Econometrica 68, 2000).
  Interval coefficient_95;
  double share = 0;             ///< Of the sum of all fitted values: what part of the cost this is.
  double unique_r_squared = 0;  ///< By how much R^2 falls without this column: what no other column can explain.
  /// Variance inflation: by how much the other columns blur this coefficient; 1 is not at all, above 10 it cannot be
  /// told from them (D. Belsley, E. Kuh, R. Welsch, "Regression Diagnostics", 1980). Around the mean where another
  /// column is constant, as usual, else around 0. Infinite for a column that the others make up.
  double variance_inflation = 1;
};

struct NonnegativeFit {
  std::vector<NonnegativePart> parts;
  double residuals = 0;  ///< Sum of squares.
  double r_squared = 0;  ///< Of the variation around the mean; below 0 where the mean alone fits better.
  double cross_validated_r_squared = 0;  ///< Each row foretold by the fit to the others (M. Stone, JRSS B 36, 1974).
  /// Largest over smallest singular value, columns scaled to length 1. Above 30 the parts cannot be told apart (Belsley
  /// et al.): then believe the sum, not its parts.
  double condition_number = 1;

  /// Of every resample its coefficients, in the order of `parts`: what is foretold with them has their percentiles as
  /// its interval.
  std::vector<std::vector<double>> resampled{};

  [[nodiscard]] bool is_identifiable() const { return condition_number <= 30; }
};

/// For a cost that is there without any part, give a column of ones. Absent as nonnegative_least_squares(), with fewer
/// rows than columns + 1, or when y has no variation.
[[nodiscard]] std::optional<NonnegativeFit> fit_nonnegative(Columns columns, std::span<const double> y,
                                                            const NonnegativeOptions& options = {});

}  // namespace sriov::stats
