// A straight line through points.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "analyzers/stats/interval.h"

namespace sriov::stats {

/// Ordinary least squares (C. F. Gauss, 1809; R: lm(y ~ x)). Intervals are 95 % and take independent errors of one
/// spread.
struct LineFit {
  std::size_t n = 0;
  double intercept = 0;
  double slope = 0;
  double residual_standard_deviation = 0;  ///< Divided by n - 2; 0 for n = 2.
  double r_squared = 0;                    ///< NaN when y has no spread.
  double mean_x = 0;
  double squares_x = 0;                  ///< Sum of (x - mean)^2.
  std::optional<Interval> slope_95;      ///< Absent for n = 2.
  std::optional<Interval> intercept_95;  ///< Absent for n = 2.

  [[nodiscard]] double at(double x) const { return intercept + slope * x; }
  /// Where the line is at x (R: predict(interval = "confidence")). Absent for n = 2.
  [[nodiscard]] std::optional<Interval> line_95(double x) const;
  /// Where one new point at x will be (R: predict(interval = "prediction")). Absent for n = 2.
  [[nodiscard]] std::optional<Interval> prediction_95(double x) const;
};

/// Absent for different lengths, fewer than 2 points, or when all x are equal.
[[nodiscard]] std::optional<LineFit> fit_line(std::span<const double> x, std::span<const double> y);

}  // namespace sriov::stats
