#include "analyzers/explanations/level_changes.h"

#include <algorithm>
#include <cmath>

#include "analyzers/stats/autocorrelation.h"
#include "analyzers/stats/change_points.h"
#include "analyzers/stats/descriptive.h"

namespace sriov {

std::vector<LevelChange> level_changes(std::span<const double> rates) {
  constexpr std::size_t kLeastValues = 20;
  constexpr std::size_t kLeastLevel = 8;
  // Rates of neighbouring samples resemble each other, and what a segmentation leaves over does not show it all: each
  // value counts as a quarter of one at most, as with a correlation of 0.6, and a change has to gain four times as
  // much.
  constexpr double kMostWorth = 0.25;
  constexpr double kLeastShare = 0.25;
  constexpr double kStandardErrors = 5;
  if (rates.size() < kLeastValues) return {};
  if (std::any_of(rates.begin(), rates.end(), [](double rate) { return !std::isfinite(rate); })) return {};
  std::vector<std::size_t> bounds{0};
  for (const std::size_t place : stats::pelt_mean(rates, stats::mean_penalty(rates.size()) / kMostWorth, kLeastLevel))
    bounds.push_back(place);
  bounds.push_back(rates.size());
  std::vector<double> levels;
  std::vector<double> residuals;
  for (std::size_t i = 1; i < bounds.size(); ++i) {
    const auto level = rates.subspan(bounds[i - 1], bounds[i] - bounds[i - 1]);
    levels.push_back(stats::mean(level));
    for (const double rate : level) residuals.push_back(rate - levels.back());
  }
  const auto n = static_cast<double>(rates.size());
  const double worth = std::min(kMostWorth, stats::effective_sample_size(residuals).value_or(n) / n);
  const double spread = stats::standard_deviation(residuals);
  std::vector<LevelChange> out;
  for (std::size_t i = 1; i < levels.size(); ++i) {
    const double n_before = static_cast<double>(bounds[i] - bounds[i - 1]) * worth;
    const double n_after = static_cast<double>(bounds[i + 1] - bounds[i]) * worth;
    const double error = spread * std::sqrt(1 / n_before + 1 / n_after);
    const double moved = std::abs(levels[i] - levels[i - 1]);
    if (moved >= kLeastShare * std::max(levels[i], levels[i - 1]) && moved > kStandardErrors * error)
      out.push_back({bounds[i], levels[i - 1], levels[i]});
  }
  return out;
}

}  // namespace sriov
