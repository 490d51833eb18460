#include "analyzers/stats/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/distributions.h"
#include "analyzers/stats/random.h"

namespace sriov::stats {
namespace {

double normal_quantile(double p) { return boost::math::quantile(Normal(), p); }
double normal_probability(double z) { return boost::math::cdf(Normal(), z); }

Interval percentile_interval(std::span<const double> ascending, double confidence) {
  const double tail = (1 - confidence) / 2;
  return {quantile_sorted(ascending, tail), quantile_sorted(ascending, 1 - tail)};
}

void draw_places(Random& random, std::vector<std::uint32_t>& places) {
  const auto n = static_cast<std::uint32_t>(places.size());
  for (std::uint32_t& place : places) place = random.below(n);
}

std::vector<double> jackknife(std::size_t n, const StatisticOfPlaces& statistic) {
  std::vector<std::uint32_t> places(n - 1);
  std::vector<double> out;
  for (std::size_t left_out = 0; left_out < n; ++left_out) {
    for (std::size_t i = 0; i + 1 < n; ++i) places[i] = static_cast<std::uint32_t>(i < left_out ? i : i + 1);
    out.push_back(statistic(places));
  }
  return out;
}

/// Efron's acceleration: the skewness of the values' influence on the statistic.
double acceleration(std::span<const double> jackknife_values) {
  const double center = mean(jackknife_values);
  double squares = 0;
  double cubes = 0;
  for (const double value : jackknife_values) {
    const double influence = center - value;
    squares += influence * influence;
    cubes += influence * influence * influence;
  }
  const double result = cubes / (6 * std::pow(squares, 1.5));
  return std::isfinite(result) ? result : 0;
}

std::vector<double> resampled(std::size_t n, const StatisticOfPlaces& statistic, const BootstrapOptions& options) {
  Random random(options.seed);
  std::vector<std::uint32_t> places(n);
  std::vector<double> out;
  out.reserve(options.resamples);
  for (std::size_t i = 0; i < options.resamples; ++i) {
    draw_places(random, places);
    const double value = statistic(places);
    if (std::isfinite(value)) out.push_back(value);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Interval bca_interval(double estimate, std::span<const double> ascending, std::span<const double> jackknife_values,
                      double confidence) {
  const auto [first, last] = std::equal_range(ascending.begin(), ascending.end(), estimate);
  // Statistics of few values often tie with the estimate: half of those count as below it.
  const double below = static_cast<double>(first - ascending.begin()) + static_cast<double>(last - first) / 2;
  const auto n = static_cast<double>(ascending.size());
  const double share = std::clamp(below / n, 0.5 / n, 1 - 0.5 / n);
  const double bias = normal_quantile(share);
  const double skew = acceleration(jackknife_values);
  const auto bound = [&](double p) {
    const double z = bias + normal_quantile(p);
    return quantile_sorted(ascending, normal_probability(bias + z / (1 - skew * z)));
  };
  const double tail = (1 - confidence) / 2;
  return {bound(tail), bound(1 - tail)};
}

std::optional<BootstrapInterval> bootstrap_places(std::size_t n, const StatisticOfPlaces& statistic,
                                                  const BootstrapOptions& options) {
  if (n < 2) return std::nullopt;
  std::vector<std::uint32_t> all(n);
  std::iota(all.begin(), all.end(), 0U);
  BootstrapInterval out;
  out.estimate = statistic(all);
  const std::vector<double> ascending = resampled(n, statistic, options);
  if (!std::isfinite(out.estimate) || ascending.size() * 2 < options.resamples || ascending.empty())
    return std::nullopt;
  out.undefined = options.resamples - ascending.size();
  out.percentile = percentile_interval(ascending, options.confidence);
  out.bca = bca_interval(out.estimate, ascending, jackknife(n, statistic), options.confidence);
  out.standard_error = standard_deviation(ascending);
  return out;
}

std::optional<BootstrapInterval> bootstrap(std::span<const double> values, const StatisticOfValues& statistic,
                                           const BootstrapOptions& options) {
  std::vector<double> drawn(values.size());
  const auto of_places = [&](std::span<const std::uint32_t> places) {
    for (std::size_t i = 0; i < places.size(); ++i) drawn[i] = values[places[i]];
    return statistic(std::span(drawn).first(places.size()));
  };
  return bootstrap_places(values.size(), of_places, options);
}

std::optional<BootstrapInterval> bootstrap_mean(std::span<const double> values, const BootstrapOptions& options) {
  const auto mean_of = [values](std::span<const std::uint32_t> places) {
    double sum = 0;
    for (const std::uint32_t place : places) sum += values[place];
    return sum / static_cast<double>(places.size());
  };
  return bootstrap_places(values.size(), mean_of, options);
}

std::optional<BootstrapInterval> bootstrap_median(std::span<const double> values, const BootstrapOptions& options) {
  const auto median_of = [](std::span<double> drawn) {
    const auto middle = drawn.begin() + static_cast<std::ptrdiff_t>(drawn.size() / 2);
    std::nth_element(drawn.begin(), middle, drawn.end());
    if (drawn.size() % 2 == 1) return *middle;
    return (*std::max_element(drawn.begin(), middle) + *middle) / 2;
  };
  return bootstrap(values, median_of, options);
}

std::optional<BootstrapInterval> bootstrap_paired_ratio(std::span<const double> a, std::span<const double> b,
                                                        const BootstrapOptions& options) {
  if (a.size() != b.size()) return std::nullopt;
  const auto ratio_of = [a, b](std::span<const std::uint32_t> places) {
    double sum_a = 0;
    double sum_b = 0;
    for (const std::uint32_t place : places) {
      sum_a += a[place];
      sum_b += b[place];
    }
    return sum_a / sum_b;
  };
  return bootstrap_places(a.size(), ratio_of, options);
}

std::optional<Interval> bootstrap_t_mean(std::span<const double> values, const BootstrapOptions& options) {
  constexpr std::size_t kFewest = 4;
  const double center = mean(values);
  const double root_n = std::sqrt(static_cast<double>(values.size()));
  const double error = standard_deviation(values) / root_n;
  if (values.size() < kFewest || !(error > 0)) return std::nullopt;
  std::vector<double> drawn(values.size());
  const auto t_of = [&](std::span<const std::uint32_t> places) {
    for (std::size_t i = 0; i < places.size(); ++i) drawn[i] = values[places[i]];
    return (mean(drawn) - center) / (standard_deviation(drawn) / root_n);
  };
  const Interval t = percentile_interval(resampled(values.size(), t_of, options), options.confidence);
  return Interval{center - t.high * error, center - t.low * error};
}

std::optional<HierarchicalInterval> bootstrap_groups(std::span<const std::vector<double>> groups,
                                                     const StatisticOfValues& statistic,
                                                     const BootstrapOptions& options) {
  const bool has_empty = std::any_of(groups.begin(), groups.end(), [](const auto& group) { return group.empty(); });
  if (groups.size() < 2 || has_empty || options.resamples == 0) return std::nullopt;
  std::vector<double> drawn;
  for (const std::vector<double>& group : groups) drawn.insert(drawn.end(), group.begin(), group.end());
  HierarchicalInterval out;
  out.estimate = statistic(drawn);
  Random random(options.seed);
  std::vector<double> estimates;
  estimates.reserve(options.resamples);
  for (std::size_t i = 0; i < options.resamples; ++i) {
    drawn.clear();
    for (std::size_t j = 0; j < groups.size(); ++j) {
      const std::vector<double>& group = groups[random.below(static_cast<std::uint32_t>(groups.size()))];
      for (std::size_t k = 0; k < group.size(); ++k)
        drawn.push_back(group[random.below(static_cast<std::uint32_t>(group.size()))]);
    }
    estimates.push_back(statistic(drawn));
  }
  std::sort(estimates.begin(), estimates.end());
  out.percentile = percentile_interval(estimates, options.confidence);
  return out;
}

}  // namespace sriov::stats
