// The statistics whose time grows with what is measured: the bootstrap of a whole table, change points of a long
// series.
#include <vector>

#include <benchmark/benchmark.h>

#include "analyzers/stats/bootstrap.h"
#include "analyzers/stats/change_points.h"
#include "analyzers/stats/random.h"
#include "analyzers/stats/two_samples.h"
#include "core/time.h"

namespace sriov::stats {
namespace {

constexpr std::size_t kMetrics = 50;
constexpr std::size_t kRepetitions = 30;

std::vector<std::vector<double>> table() {
  Random random(1);
  std::vector<std::vector<double>> metrics(kMetrics, std::vector<double>(kRepetitions));
  for (auto& metric : metrics)
    for (double& value : metric) value = 100 + 5 * random.normal();
  return metrics;
}

/// 50 metrics of 30 repetitions, 10,000 resamples each.
template <class Interval>
void bootstrap_table(benchmark::State& state, const Interval& interval) {
  const auto metrics = table();
  for (auto _ : state)
    for (const auto& metric : metrics) benchmark::DoNotOptimize(interval(metric));
}

void BM_BootstrapMeans(benchmark::State& state) {
  bootstrap_table(state, [](const auto& metric) { return bootstrap_mean(metric); });
}
void BM_BootstrapMedians(benchmark::State& state) {
  bootstrap_table(state, [](const auto& metric) { return bootstrap_median(metric); });
}
void BM_BootstrapPairedRatios(benchmark::State& state) {
  const auto baseline = table().front();
  bootstrap_table(state, [&](const auto& metric) { return bootstrap_paired_ratio(metric, baseline); });
}
void BM_ComparePairs(benchmark::State& state) {
  const auto baseline = table().front();
  bootstrap_table(state, [&](const auto& metric) { return compare_pairs(metric, baseline); });
}
BENCHMARK(BM_BootstrapMeans)->Unit(benchmark::kNsPerMs);
BENCHMARK(BM_BootstrapMedians)->Unit(benchmark::kNsPerMs);
BENCHMARK(BM_BootstrapPairedRatios)->Unit(benchmark::kNsPerMs);
BENCHMARK(BM_ComparePairs)->Unit(benchmark::kNsPerMs);

/// A million values; the level changes every state.range(0) of them, never for 0.
std::vector<double> long_series(std::int64_t every) {
  constexpr std::int64_t kValues = 1'000'000;
  Random random(2);
  std::vector<double> series;
  double level = 0;
  for (std::int64_t i = 0; i < kValues; ++i) {
    if (every > 0 && i % every == 0) level = 5 * random.normal();
    series.push_back(level + random.normal());
  }
  return series;
}

void BM_ChangePoints(benchmark::State& state) {
  const auto series = long_series(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(change_points(series));
}
void BM_PeltMean(benchmark::State& state) {
  const auto series = long_series(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(pelt_mean(series));
}
BENCHMARK(BM_ChangePoints)->Arg(0)->Arg(1000)->Unit(benchmark::kNsPerMs);
BENCHMARK(BM_PeltMean)->Arg(1000)->Unit(benchmark::kNsPerMs);

}  // namespace
}  // namespace sriov::stats
