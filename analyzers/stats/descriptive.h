// Location and spread of a sample.
#pragma once

#include <span>
#include <vector>

namespace sriov::stats {

/// All of these are NaN for no values.
[[nodiscard]] double mean(std::span<const double> values);
[[nodiscard]] double median(std::span<const double> values);
/// Sample variance (divided by n - 1); 0 for n < 2.
[[nodiscard]] double variance(std::span<const double> values);
[[nodiscard]] double standard_deviation(std::span<const double> values);
/// Quantile of type 7, R's default: linear between order statistics, h = (n - 1) p (Hyndman & Fan, "Sample Quantiles in
/// Statistical Packages", The American Statistician 50, 1996). `p` within 0 … 1.
[[nodiscard]] double quantile(std::span<const double> values, double p);
/// The same of values that are in ascending order already.
[[nodiscard]] double quantile_sorted(std::span<const double> ascending, double p);
/// Median absolute deviation from the median, not scaled to the normal distribution (R: mad(x, constant = 1)).
[[nodiscard]] double median_absolute_deviation(std::span<const double> values);

/// Natural logarithms; empty when a value is not above 0.
[[nodiscard]] std::vector<double> logarithms(std::span<const double> values);

}  // namespace sriov::stats
