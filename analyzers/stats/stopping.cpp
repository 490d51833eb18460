#include "analyzers/stats/stopping.h"

#include <algorithm>
#include <cmath>

#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/distributions.h"
#include "analyzers/stats/t_interval.h"

namespace sriov::stats {
namespace {

/// The most that is told: beyond, only "too many" is known.
constexpr double kMostRepetitions = 1e9;

std::size_t as_count(double repetitions) {
  return static_cast<std::size_t>(std::ceil(std::min(repetitions, kMostRepetitions)));
}

/// By how much the standard deviation of n values may be too large: to the lower end of its two-sided 95 % interval.
double luckiest_spread_factor(double n) {
  const ChiSquared distribution(n - 1);
  return std::sqrt((n - 1) / boost::math::quantile(boost::math::complement(distribution, (1 - kConfidence) / 2)));
}

}  // namespace

std::optional<double> half_width_percent(std::span<const double> values) {
  const auto interval = t_interval(values);
  if (!interval) return std::nullopt;
  const double percent = 100 * (interval->high - interval->low) / 2 / std::abs(mean(values));
  if (!std::isfinite(percent)) return std::nullopt;
  return percent;
}

StoppingAdvice decide(std::span<const double> values, double ci_half_width_percent, std::size_t min_repetitions,
                      std::size_t max_repetitions) {
  StoppingAdvice advice;
  const std::size_t least = std::max<std::size_t>(2, min_repetitions);
  advice.half_width_percent = half_width_percent(values);
  if (values.size() < least) {
    advice.decision = least > max_repetitions ? Stopping::cannot : Stopping::needs_more;
    advice.more = advice.decision == Stopping::cannot ? 0 : least - values.size();
    return advice;
  }
  if (!advice.half_width_percent) {
    advice.decision = Stopping::cannot;
    return advice;
  }
  const auto n = static_cast<double>(values.size());
  if (*advice.half_width_percent <= ci_half_width_percent) {
    advice.decision = Stopping::enough;
    advice.estimated_repetitions = values.size();
    return advice;
  }
  const double too_wide = *advice.half_width_percent / ci_half_width_percent;
  advice.estimated_repetitions = as_count(n * too_wide * too_wide);
  const double luckiest = too_wide * luckiest_spread_factor(n);
  if (values.size() >= max_repetitions || n * luckiest * luckiest > static_cast<double>(max_repetitions)) {
    advice.decision = Stopping::cannot;
    return advice;
  }
  // No more than there are: an estimate from few values asks for several times too many as easily as for too few.
  const std::size_t wanted = std::min({*advice.estimated_repetitions, max_repetitions, 2 * values.size()});
  advice.more = std::max<std::size_t>(1, wanted - values.size());
  return advice;
}

}  // namespace sriov::stats
