#include "analyzers/stats/information_criterion.h"

#include <algorithm>
#include <cmath>

namespace sriov::stats {

std::optional<double> aicc(std::size_t n, std::size_t fit_parameters, double residuals, double least_residuals) {
  const std::size_t parameters = fit_parameters + 1;
  if (n < parameters + 2) return std::nullopt;
  const auto points = static_cast<double>(n);
  const auto k = static_cast<double>(parameters);
  return points * std::log(std::max(residuals, least_residuals) / points) + 2 * k + 2 * k * (k + 1) / (points - k - 1);
}

}  // namespace sriov::stats
