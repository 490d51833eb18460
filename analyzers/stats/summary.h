// What tables show of the repetitions of one cell, and of two cells of the same blocks.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "analyzers/stats/interval.h"

namespace sriov {

struct Summary {
  std::size_t n = 0;
  double mean = 0;
  double median = 0;
  double standard_deviation = 0;    ///< Sample standard deviation; 0 for n < 2.
  std::optional<Interval> mean_95;  ///< Student's t interval of the mean; absent for n < 2.
  /// For times, which are above 0 and skewed: the t interval of the mean of the logarithms, which is the median's where
  /// these are normal. Absent for n < 2, or when a value is not above 0.
  std::optional<Interval> median_95;
};

[[nodiscard]] Summary summarize(std::span<const double> values);

struct Ratio {
  double value = 0;
  std::optional<Interval> interval_95;  ///< Absent for n < 2.
};

/// a/b over repetitions, a[i] and b[i] being of the same block: geometric mean of the per-block ratios with a t
/// interval on their logarithms. nullopt for different lengths, no values, or a value that is not above 0.
[[nodiscard]] std::optional<Ratio> paired_ratio(std::span<const double> a, std::span<const double> b);

}  // namespace sriov
