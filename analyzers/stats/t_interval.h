// Student's t: quantiles, probabilities and the interval of a mean.
#pragma once

#include <optional>
#include <span>

#include "analyzers/stats/interval.h"

namespace sriov::stats {

inline constexpr double kConfidence = 0.95;

/// The t that a two-sided interval of this confidence needs: P(|T| > t) = 1 - confidence. `degrees_of_freedom` > 0.
[[nodiscard]] double t_critical(double degrees_of_freedom, double confidence = kConfidence);
/// P(|T| >= |t|).
[[nodiscard]] double t_two_sided_p(double t, double degrees_of_freedom);

/// Student's t interval of the mean (Student, "The Probable Error of a Mean", Biometrika 6, 1908): exact where the
/// values are independent and normal. Absent for n < 2.
[[nodiscard]] std::optional<Interval> t_interval(std::span<const double> values, double confidence = kConfidence);
/// The t interval of the mean of the logarithms, back on the scale of the values: the interval of the geometric mean,
/// and of the median where the logarithms are symmetric. Absent for n < 2, or when a value is not above 0.
[[nodiscard]] std::optional<Interval> log_t_interval(std::span<const double> values, double confidence = kConfidence);

}  // namespace sriov::stats
