#include "analyzers/stats/interval_95.h"

#include <cmath>

#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/t_interval.h"

namespace sriov::stats {

std::optional<CenteredInterval> interval_95(std::span<const double> values) {
  if (const auto of_logarithms = log_t_interval(values))
    return CenteredInterval{Center::geometric_mean, std::exp(mean(logarithms(values))), *of_logarithms};
  if (const auto of_mean = t_interval(values)) return CenteredInterval{Center::mean, mean(values), *of_mean};
  return std::nullopt;
}

}  // namespace sriov::stats
