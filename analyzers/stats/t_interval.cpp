#include "analyzers/stats/t_interval.h"

#include <cmath>
#include <limits>

#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/distributions.h"

namespace sriov::stats {

double t_critical(double degrees_of_freedom, double confidence) {
  const StudentsT distribution(degrees_of_freedom);
  return boost::math::quantile(boost::math::complement(distribution, (1 - confidence) / 2));
}

double t_two_sided_p(double t, double degrees_of_freedom) {
  if (std::isnan(t)) return std::numeric_limits<double>::quiet_NaN();
  if (std::isinf(t)) return 0;
  const StudentsT distribution(degrees_of_freedom);
  return 2 * boost::math::cdf(boost::math::complement(distribution, std::abs(t)));
}

std::optional<Interval> t_interval(std::span<const double> values, double confidence) {
  if (values.size() < 2) return std::nullopt;
  const auto n = static_cast<double>(values.size());
  const double center = mean(values);
  const double half = t_critical(n - 1, confidence) * standard_deviation(values) / std::sqrt(n);
  return Interval{center - half, center + half};
}

std::optional<Interval> log_t_interval(std::span<const double> values, double confidence) {
  const auto interval = t_interval(logarithms(values), confidence);
  if (!interval) return std::nullopt;
  return Interval{std::exp(interval->low), std::exp(interval->high)};
}

}  // namespace sriov::stats
