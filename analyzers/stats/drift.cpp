#include "analyzers/stats/drift.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "analyzers/stats/autocorrelation.h"
#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/t_interval.h"

namespace sriov::stats {

std::optional<Drift> drift(std::span<const double> series) {
  constexpr std::size_t kFewest = 30;
  if (series.size() < kFewest) return std::nullopt;
  const auto n = static_cast<double>(series.size());
  const double middle = (n - 1) / 2;
  const double center = mean(series);
  const double squares_of_steps = n * (n * n - 1) / 12;
  Drift out;
  for (std::size_t i = 0; i < series.size(); ++i)
    out.slope += (static_cast<double>(i) - middle) * (series[i] - center) / squares_of_steps;
  std::vector<double> residuals;
  double squares = 0;
  for (std::size_t i = 0; i < series.size(); ++i) {
    residuals.push_back(series[i] - center - out.slope * (static_cast<double>(i) - middle));
    squares += residuals.back() * residuals.back();
  }
  const double raw = autocorrelation(residuals, 1).value_or(0);
  const double corrected = std::clamp(raw + (1 + 4 * raw) / n, 0.0, 0.999);
  out.effective_values = n * (1 - corrected) / (1 + corrected);
  const double freedom = out.effective_values - 2;
  if (freedom < 1) return std::nullopt;
  const double error = std::sqrt(squares / freedom / squares_of_steps);
  const double half = t_critical(freedom) * error;
  out.slope_95 = {out.slope - half, out.slope + half};
  out.p_value = error > 0 ? t_two_sided_p(out.slope / error, freedom) : (out.slope == 0 ? 1 : 0);
  out.percent_of_mean =
      center == 0 ? std::numeric_limits<double>::quiet_NaN() : 100 * out.slope * (n - 1) / std::abs(center);
  return out;
}

}  // namespace sriov::stats
