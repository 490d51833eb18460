#include "analyzers/stats/autocorrelation.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/t_interval.h"

namespace sriov::stats {
namespace {

std::vector<double> centred(std::span<const double> series) {
  const double center = mean(series);
  std::vector<double> out;
  out.reserve(series.size());
  for (const double value : series) out.push_back(value - center);
  return out;
}

double lagged_product(std::span<const double> deviations, std::size_t lag) {
  double sum = 0;
  for (std::size_t i = lag; i < deviations.size(); ++i) sum += deviations[i] * deviations[i - lag];
  return sum;
}

/// Cosines that take part: Lazarus et al. advise 0.41 n^(2/3). More than ten buy little width (t has 10 degrees of
/// freedom then) and cost coverage where the autocorrelation is strong.
std::size_t cosine_count(std::size_t n) {
  constexpr double kMost = 10;
  const double advised = std::floor(0.41 * std::pow(static_cast<double>(n), 2.0 / 3.0));
  return static_cast<std::size_t>(std::clamp(advised, 1.0, kMost));
}

}  // namespace

std::optional<double> autocorrelation(std::span<const double> series, std::size_t lag) {
  if (series.size() <= lag) return std::nullopt;
  const std::vector<double> deviations = centred(series);
  const double squares = lagged_product(deviations, 0);
  if (!(squares > 0)) return std::nullopt;
  return lagged_product(deviations, lag) / squares;
}

std::optional<double> effective_sample_size(std::span<const double> series) {
  if (series.size() < 2) return std::nullopt;
  const std::vector<double> deviations = centred(series);
  const double squares = lagged_product(deviations, 0);
  if (!(squares > 0)) return std::nullopt;
  double sum = -1;  // 1 + 2 * sum from lag 1 on is 2 * sum from lag 0 on, less 1.
  for (std::size_t lag = 0; lag + 1 < series.size(); lag += 2) {
    const double pair = (lagged_product(deviations, lag) + lagged_product(deviations, lag + 1)) / squares;
    if (pair <= 0) break;
    sum += 2 * pair;
  }
  const auto n = static_cast<double>(series.size());
  return std::min(n, n / std::max(sum, 1.0));
}

std::optional<Interval> series_mean_interval(std::span<const double> series) {
  constexpr std::size_t kFewest = 3;
  if (series.size() < kFewest) return std::nullopt;
  const auto n = static_cast<double>(series.size());
  const std::size_t cosines = cosine_count(series.size());
  const std::vector<double> deviations = centred(series);
  double variance_sum = 0;
  for (std::size_t j = 1; j <= cosines; ++j) {
    double projection = 0;
    for (std::size_t i = 0; i < deviations.size(); ++i)
      projection +=
          deviations[i] * std::cos(std::numbers::pi * static_cast<double>(j) * (static_cast<double>(i) + 0.5) / n);
    variance_sum += 2 * projection * projection / n;
  }
  const auto freedom = static_cast<double>(cosines);
  const double half = t_critical(freedom) * std::sqrt(variance_sum / freedom / n);
  const double center = mean(series);
  return Interval{center - half, center + half};
}

}  // namespace sriov::stats
