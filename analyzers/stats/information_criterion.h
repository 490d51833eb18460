// Which of several fits of the same data to believe.
#pragma once

#include <cstddef>
#include <optional>

namespace sriov::stats {

/// Akaike's criterion with the correction for few points, for least squares: n log(RSS/n) + 2 k + 2 k (k + 1)/(n - k -
/// 1), k counting the fit's parameters and the noise (C. Hurvich, C.-L. Tsai, "Regression and Time Series Model
/// Selection in Small Samples", Biometrika 76, 1989). Lower is better. Absent when n < k + 2: too few points to judge
/// such a fit. `residuals` is the residual sum of squares; below `least_residuals` (what rounding leaves) it counts as
/// that.
[[nodiscard]] std::optional<double> aicc(std::size_t n, std::size_t fit_parameters, double residuals,
                                         double least_residuals);

}  // namespace sriov::stats
