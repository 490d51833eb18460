// Where a series changes its level, or its spread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace sriov::stats {

/// The noise's standard deviation, whatever the level does: the median absolute difference of neighbours over
/// 0.6745 sqrt(2). Where more than half of the neighbours are equal it is taken from their mean square instead.
/// Positive autocorrelation makes it too small, so that too many changes are found: average such a series over
/// stretches longer than its correlation first. 0 when all values are equal.
[[nodiscard]] double noise_of(std::span<const double> series);

/// What a further change must gain, in units of the noise's variance, by Schwarz's criterion for its two parameters
/// (place and level): 2 log n (Y.-C. Yao, "Estimating the Number of Change-Points via Schwarz' Criterion", Statistics &
/// Probability Letters 6, 1988); and for three (place, level, spread): 3 log n.
[[nodiscard]] double mean_penalty(std::size_t n);
[[nodiscard]] double mean_and_variance_penalty(std::size_t n);

/// First places of new segments, ascending; empty when nothing changed.
using ChangePoints = std::vector<std::size_t>;

/// Changes of the mean: the segmentation with the least sum of squares / noise^2 + penalty * changes, exactly, by
/// functional pruning (R. Maidstone, T. Hocking, G. Rigaill, P. Fearnhead, "On Optimal Multiple Changepoint Algorithms
/// for Large Data", Statistics and Computing 27, 2017). It finds what PELT finds, and takes time in proportion to n
/// where nothing changes, for which PELT takes its square. Empty for a series without noise (all differences 0) or n
/// < 2.
[[nodiscard]] ChangePoints change_points(std::span<const double> series, std::optional<double> penalty = std::nullopt);

/// The same by PELT (R. Killick, P. Fearnhead, I. Eckley, "Optimal Detection of Changepoints With a Linear
/// Computational Cost", JASA 107, 2012), with segments of at least `shortest` values. Fast where changes are frequent.
[[nodiscard]] ChangePoints pelt_mean(std::span<const double> series, std::optional<double> penalty = std::nullopt,
                                     std::size_t shortest = 1);

/// Changes of mean or spread: normal likelihood with both per segment, by PELT. Takes n^2 steps where nothing changes:
/// for series of some ten thousand values. Segments of at least `shortest` >= 2 values; a segment of equal values is
/// taken to have 1e-6 of the series' spread, as its likelihood would be infinite.
[[nodiscard]] ChangePoints pelt_mean_and_variance(std::span<const double> series,
                                                  std::optional<double> penalty = std::nullopt,
                                                  std::size_t shortest = 5);

}  // namespace sriov::stats
