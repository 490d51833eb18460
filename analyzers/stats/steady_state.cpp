#include "analyzers/stats/steady_state.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "analyzers/stats/autocorrelation.h"
#include "analyzers/stats/descriptive.h"

namespace sriov::stats {

std::optional<Truncation> mser5(std::span<const double> series) {
  constexpr std::size_t kBatch = 5;
  return mser(series, kBatch);
}

std::optional<Truncation> mser(std::span<const double> series, std::size_t batch) {
  constexpr std::size_t kFewestBatches = 10;
  constexpr std::size_t kBatchesLeft = 5;
  if (batch == 0) return std::nullopt;
  const std::size_t batches = series.size() / batch;
  if (batches < kFewestBatches) return std::nullopt;
  std::vector<double> means;
  for (std::size_t i = 0; i < batches; ++i) means.push_back(mean(series.subspan(i * batch, batch)));
  // From the end on, mean and sum of squares around it grow by one batch at a time (Welford 1962): nothing cancels.
  double best = std::numeric_limits<double>::infinity();
  std::size_t best_start = 0;
  double center = 0;
  double squares = 0;
  for (std::size_t kept = 1; kept <= batches; ++kept) {
    const std::size_t start = batches - kept;
    const auto n = static_cast<double>(kept);
    const double step = means[start] - center;
    center += step / n;
    squares += step * (means[start] - center);
    if (kept < kBatchesLeft || squares / (n * n) > best) continue;
    best = squares / (n * n);
    best_start = start;
  }
  return Truncation{best_start * batch, best_start * 2 <= batches};
}

std::optional<Settling> settling(std::span<const double> series) {
  constexpr std::size_t kFewestBatches = 10;
  constexpr std::size_t kLargestBatch = 5;
  constexpr double kLeastShare = 0.05;
  constexpr double kStandardErrors = 4;
  constexpr double kMostWorth = 0.25;
  constexpr double kPercent = 100;
  if (series.size() < kFewestForSettling) return std::nullopt;
  const auto cut = mser(series, std::min(kLargestBatch, series.size() / kFewestBatches));
  if (!cut || cut->index == 0) return std::nullopt;
  const auto before = series.first(cut->index);
  const auto rest = series.subspan(cut->index);
  const double mean_before = mean(before);
  const double mean_of_rest = mean(rest);
  std::vector<double> residuals;
  for (const double value : before) residuals.push_back(value - mean_before);
  for (const double value : rest) residuals.push_back(value - mean_of_rest);
  const auto n = static_cast<double>(series.size());
  const double worth = std::min(kMostWorth, effective_sample_size(residuals).value_or(n) / n);
  const double error = standard_deviation(residuals) * std::sqrt(1 / (static_cast<double>(before.size()) * worth) +
                                                                 1 / (static_cast<double>(rest.size()) * worth));
  const double moved = std::abs(mean_before - mean_of_rest);
  const bool differs = moved >= kLeastShare * std::abs(mean_of_rest) && moved > kStandardErrors * error;
  if (!differs || mean_of_rest == 0) return std::nullopt;
  return Settling{cut->index, kPercent * (mean_before - mean_of_rest) / std::abs(mean_of_rest)};
}

}  // namespace sriov::stats
