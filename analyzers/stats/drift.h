// Whether a series moves in one direction all the time.
#pragma once

#include <optional>
#include <span>

#include "analyzers/stats/interval.h"

namespace sriov::stats {

struct Drift {
  double slope = 0;    ///< Per step from one value to the next.
  Interval slope_95;   ///< Widened for the autocorrelation of what the line leaves.
  double p_value = 1;  ///< Of no drift.
  double percent_of_mean =
      0;  ///< The line's rise over the whole series, in percent of the mean's size; NaN for a mean of 0.
  double effective_values = 0;  ///< As how many independent values the series counts.

  [[nodiscard]] bool is_significant() const { return p_value < 0.05; }
};

/// Least-squares slope whose error and degrees of freedom count n (1 - r)/(1 + r) values, r being the lag-1
/// autocorrelation of the residuals (B. D. Santer et al., "Statistical Significance of Trends and Trend Differences in
/// Layer-Average Atmospheric Temperature Time Series", Journal of Geophysical Research 105, 2000), with r freed of its
/// bias, (1 + 4 r)/n (M. G. Kendall, "Note on Bias in the Estimation of Autocorrelation", Biometrika 41, 1954). A
/// negative r counts as 0. Absent for n < 30, where it raises false alarms, or when fewer than 3 effective values
/// remain.
[[nodiscard]] std::optional<Drift> drift(std::span<const double> series);

}  // namespace sriov::stats
