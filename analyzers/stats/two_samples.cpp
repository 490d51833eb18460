#include "analyzers/stats/two_samples.h"

#include <cmath>
#include <vector>

#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/detectable_effect.h"
#include "analyzers/stats/effect_size.h"
#include "analyzers/stats/rank_tests.h"
#include "analyzers/stats/t_interval.h"

namespace sriov::stats {
namespace {

/// An estimate that is t distributed around the truth.
struct Estimated {
  double value = 0;
  double standard_error = 0;
  double degrees_of_freedom = 0;  ///< 0: unknown, for too few values.
};

Estimated paired(std::span<const double> differences) {
  const auto n = static_cast<double>(differences.size());
  return {mean(differences), standard_deviation(differences) / std::sqrt(n), n - 1};
}

Estimated welch(std::span<const double> a, std::span<const double> b) {
  const double value = mean(a) - mean(b);
  if (a.size() < 2 || b.size() < 2) return {value, 0, 0};
  const auto m = static_cast<double>(a.size());
  const auto n = static_cast<double>(b.size());
  const double from_a = variance(a) / m;
  const double from_b = variance(b) / n;
  const double both = from_a + from_b;
  // Without any spread the formula is 0/0, and any degrees of freedom give the same interval.
  const double freedom = both > 0 ? both * both / (from_a * from_a / (m - 1) + from_b * from_b / (n - 1)) : m + n - 2;
  return {value, std::sqrt(both), freedom};
}

Contrast contrast(const Estimated& estimated) {
  Contrast out{estimated.value, std::nullopt, std::nullopt};
  if (estimated.degrees_of_freedom <= 0) return out;
  const double half = t_critical(estimated.degrees_of_freedom) * estimated.standard_error;
  out.interval_95 = Interval{estimated.value - half, estimated.value + half};
  if (estimated.standard_error > 0)
    out.p_value = t_two_sided_p(estimated.value / estimated.standard_error, estimated.degrees_of_freedom);
  else
    out.p_value = estimated.value == 0 ? 1 : 0;
  return out;
}

void add_ratio(const Estimated& of_logarithms, TwoSamples& out) {
  Contrast ratio = contrast(of_logarithms);
  ratio.value = std::exp(ratio.value);
  if (ratio.interval_95)
    ratio.interval_95 = Interval{std::exp(ratio.interval_95->low), std::exp(ratio.interval_95->high)};
  out.ratio = ratio;
  if (of_logarithms.degrees_of_freedom > 0)
    out.detectable_percent =
        100 * std::expm1(of_logarithms.standard_error * detectable_standard_errors(of_logarithms.degrees_of_freedom));
}

void add_common(std::span<const double> a, std::span<const double> b, TwoSamples& out) {
  out.n_a = a.size();
  out.n_b = b.size();
  out.cliffs_delta = cliffs_delta(a, b);
  out.hedges_g = hedges_g(a, b);
}

std::vector<double> subtract(std::span<const double> a, std::span<const double> b) {
  std::vector<double> out;
  for (std::size_t i = 0; i < a.size(); ++i) out.push_back(a[i] - b[i]);
  return out;
}

}  // namespace

std::optional<PairedComparison> compare_pairs(std::span<const double> a, std::span<const double> b) {
  if (a.size() != b.size() || a.empty()) return std::nullopt;
  PairedComparison out;
  add_common(a, b, out);
  const std::vector<double> differences = subtract(a, b);
  out.difference = contrast(paired(differences));
  out.mean_ratio = ratio_of_paired_means(a, b);
  out.rank_p = wilcoxon_signed_rank_p(differences);
  const std::vector<double> log_a = logarithms(a);
  const std::vector<double> log_b = logarithms(b);
  if (!log_a.empty() && !log_b.empty()) add_ratio(paired(subtract(log_a, log_b)), out);
  return out;
}

std::optional<UnpairedComparison> compare_independent(std::span<const double> a, std::span<const double> b) {
  if (a.empty() || b.empty()) return std::nullopt;
  UnpairedComparison out;
  add_common(a, b, out);
  out.difference = contrast(welch(a, b));
  out.mean_ratio = ratio_of_independent_means(a, b);
  out.rank_p = mann_whitney_p(a, b);
  const std::vector<double> log_a = logarithms(a);
  const std::vector<double> log_b = logarithms(b);
  if (!log_a.empty() && !log_b.empty()) add_ratio(welch(log_a, log_b), out);
  return out;
}

}  // namespace sriov::stats
