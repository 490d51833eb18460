// Small, checked statistics on repetitions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sriov {

struct Interval {
  double low = 0;
  double high = 0;
};

struct Summary {
  std::size_t n = 0;
  double mean = 0;
  double median = 0;
  double standard_deviation = 0;    ///< Sample standard deviation; 0 for n < 2.
  std::optional<Interval> mean_95;  ///< Student's t interval of the mean; absent for n < 2.
};

[[nodiscard]] Summary summarize(std::span<const double> values);

/// Ratio of means a/b with a 95 % interval over repetitions. Paired by block when both have the same length: geometric
/// mean of the per-block ratios with a t interval on their logarithms (all values must be > 0); absent for n < 2.
struct Ratio {
  double value = 0;
  std::optional<Interval> interval_95;
};
[[nodiscard]] std::optional<Ratio> paired_ratio(std::span<const double> a, std::span<const double> b);

}  // namespace sriov
