// How a throughput grows with the number of guests, flows or queues.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace sriov::stats {

enum class ScalingModel {
  linear,      ///< y = rate n.
  saturating,  ///< y = limit (1 - exp(-n/scale)).
  /// y = rate n/(1 + contention (n - 1) + coherency n (n - 1)), the Universal Scalability Law (N. J. Gunther,
  /// "Guerrilla Capacity Planning", 2007); contention and coherency are at least 0. With coherency 0 it is Amdahl's
  /// law.
  usl,
};

struct ScalingFit {
  ScalingModel model = ScalingModel::linear;
  /// With the names above, in their order.
  std::vector<std::pair<std::string_view, double>> parameters;
  double residuals = 0;        ///< Sum of squares.
  double r_squared = 0;        ///< Of the variation around the mean; NaN when there is none.
  std::optional<double> aicc;  ///< Absent for too few points.

  [[nodiscard]] double at(double n) const;
  /// Beyond this n the throughput falls: sqrt((1 - contention)/coherency). Absent for other models and where it never
  /// does.
  [[nodiscard]] std::optional<double> peak() const;
};

[[nodiscard]] std::string_view scaling_model_name(ScalingModel model);

/// Least squares, by Levenberg and Marquardt's method where the model is not linear (J. Moré, "The Levenberg-Marquardt
/// Algorithm", 1978, in Eigen). Absent for different lengths, fewer points than parameters, an n or y that is not above
/// 0 or not finite, or when the fit does not converge.
[[nodiscard]] std::optional<ScalingFit> fit_scaling(ScalingModel model, std::span<const double> n,
                                                    std::span<const double> y);

/// All models that could be fitted, the best by AICc first. Those without AICc are last: with too few points they
/// cannot be told from one that fits by having as many parameters.
[[nodiscard]] std::vector<ScalingFit> fit_scaling_models(std::span<const double> n, std::span<const double> y);

}  // namespace sriov::stats
