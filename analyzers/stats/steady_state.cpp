#include "analyzers/stats/steady_state.h"

#include <limits>
#include <vector>

#include "analyzers/stats/descriptive.h"

namespace sriov::stats {

std::optional<Truncation> mser5(std::span<const double> series) {
  constexpr std::size_t kBatch = 5;
  constexpr std::size_t kFewestBatches = 10;
  constexpr std::size_t kBatchesLeft = 5;
  const std::size_t batches = series.size() / kBatch;
  if (batches < kFewestBatches) return std::nullopt;
  std::vector<double> means;
  for (std::size_t i = 0; i < batches; ++i) means.push_back(mean(series.subspan(i * kBatch, kBatch)));
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
  return Truncation{best_start * kBatch, best_start * 2 <= batches};
}

}  // namespace sriov::stats
