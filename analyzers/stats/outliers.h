// Values that do not belong to the others.
#pragma once

#include <span>
#include <vector>

namespace sriov::stats {

/// Above this, B. Iglewicz and D. C. Hoaglin ("How to Detect and Handle Outliers", ASQC, 1993) label a value.
inline constexpr double kOutlierScore = 3.5;

/// Modified z scores: 0.6745 (x - median) / median absolute deviation. Where more than half of the values are equal
/// that deviation is 0, and (x - median) / (1.253314 mean absolute deviation) is told instead. All 0 when there is no
/// spread.
[[nodiscard]] std::vector<double> modified_z_scores(std::span<const double> values);
/// |modified z score| > kOutlierScore. A label to look at, never a reason to leave a value out.
[[nodiscard]] std::vector<bool> outliers(std::span<const double> values);

/// Two-sided p-value of each value against the others: its distance from their mean in their standard deviations, with
/// n - 2 degrees of freedom (the externally studentized residual: R. D. Cook, S. Weisberg, "Residuals and Influence in
/// Regression", 1982). To be adjusted for all values looked at. All 1 when n < 4; 0 for a value that alone differs from
/// equal ones.
[[nodiscard]] std::vector<double> outlier_p_values(std::span<const double> values);

}  // namespace sriov::stats
