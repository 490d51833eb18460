// One thing measured two ways: how much they differ, how surely, and what could have been seen.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "analyzers/stats/ratio_of_means.h"
#include "analyzers/stats/summary.h"

namespace sriov::stats {

/// An estimate with its 95 % interval and the p-value of the test that belongs to that interval: p < 0.05 exactly when
/// the interval leaves out "no difference".
struct Contrast {
  double value = 0;
  std::optional<Interval> interval_95;  ///< Absent where there are too few values.
  /// Absent where the interval is. Values without any spread: 1 when they do not differ, 0 when they do.
  std::optional<double> p_value;
};

/// What comparisons of pairs and of independent samples have in common. `a` is compared against `b`.
struct TwoSamples {
  std::size_t n_a = 0;
  std::size_t n_b = 0;
  Contrast difference;            ///< Of the means, a - b, in the unit of the values.
  std::optional<Contrast> ratio;  ///< Of the geometric means, a/b; absent when a value is not above 0.
  std::optional<RatioOfMeans>
      mean_ratio;                      ///< Of the arithmetic means: what a change in percent is where `ratio` is not.
  std::optional<double> rank_p;        ///< Wilcoxon's signed ranks for pairs, Mann and Whitney's test for others.
  std::optional<double> cliffs_delta;  ///< Of all a with all b, pairs or not.
  std::optional<double> hedges_g;      ///< Likewise.
  /// The smallest relative increase that this many values with this spread would have found with 80 % power at 5 %; a
  /// decrease by the same factor is found as often (25 % up is 20 % down). Absent without a ratio's interval.
  std::optional<double> detectable_percent;

  /// Of the ratio where there is one, as tables show ratios, else of the difference.
  [[nodiscard]] std::optional<double> p_value() const { return ratio ? ratio->p_value : difference.p_value; }
};

/// a[i] and b[i] of the same randomized block: t tests and intervals of the differences and of the logarithms of the
/// ratios (R. A. Fisher, "The Design of Experiments", 1935). What a block has in common, drift for one, cancels.
/// nullopt for different lengths or no values.
struct PairedComparison : TwoSamples {};
[[nodiscard]] std::optional<PairedComparison> compare_pairs(std::span<const double> a, std::span<const double> b);

/// Two runs without common blocks: Welch's test and intervals, the degrees of freedom by Satterthwaite's formula
/// (B. L. Welch, "The Generalization of Student's Problem when Several Different Population Variances are Involved",
/// Biometrika 34, 1947). Needs 2 values a side for an interval. nullopt when a side is empty. What changed between the
/// runs beside the thing compared is in the difference: no test can take it out.
struct UnpairedComparison : TwoSamples {};
[[nodiscard]] std::optional<UnpairedComparison> compare_independent(std::span<const double> a,
                                                                    std::span<const double> b);

}  // namespace sriov::stats
