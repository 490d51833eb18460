// The ratio of two means whose values may be 0, where logarithms cannot be taken.
#pragma once

#include <optional>
#include <span>

#include "analyzers/stats/interval.h"

namespace sriov::stats {

struct RatioOfMeans {
  double value = 0;                     ///< Of the means, a/b.
  std::optional<Interval> interval_95;  ///< Absent where b's mean is not surely apart from 0: then it has no bounds.
};

/// E. C. Fieller's interval ("Some Problems in Interval Estimation", JRSS B 16, 1954): the ratios r for which the mean
/// of a - r b is not surely different from 0. Exact for normal values in pairs. Absent for different lengths, fewer
/// than 2 pairs, or a mean of b that is 0.
[[nodiscard]] std::optional<RatioOfMeans> ratio_of_paired_means(std::span<const double> a, std::span<const double> b);
/// The same of independent samples, with Welch's degrees of freedom at the ratio seen. Absent for fewer than 2 values a
/// side.
[[nodiscard]] std::optional<RatioOfMeans> ratio_of_independent_means(std::span<const double> a,
                                                                     std::span<const double> b);

}  // namespace sriov::stats
