#include "analyzers/stats/rank_tests.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

#include "analyzers/stats/ranks.h"

namespace sriov::stats {
namespace {

constexpr std::size_t kExactSignedRanks = 50;
constexpr std::size_t kExactRankSum = 40;

/// From the number of ways to each sum: twice the smaller tail, the observed sum in both.
double two_sided(const std::vector<double>& ways, std::size_t observed) {
  const double total = std::accumulate(ways.begin(), ways.end(), 0.0);
  const auto at = ways.begin() + static_cast<std::ptrdiff_t>(observed);
  const double below = std::accumulate(ways.begin(), at + 1, 0.0);
  const double above = std::accumulate(at, ways.end(), 0.0);
  return std::min(1.0, 2 * std::min(below, above) / total);
}

double normal_two_sided(double statistic, double expected, double variance) {
  const double distance = std::max(0.0, std::abs(statistic - expected) - 0.5);  // The correction for continuity.
  return std::erfc(distance / std::sqrt(2 * variance));
}

}  // namespace

std::optional<double> wilcoxon_signed_rank_p(std::span<const double> differences) {
  std::vector<double> sizes;
  std::vector<bool> positive;
  for (const double difference : differences) {
    if (difference == 0) continue;
    sizes.push_back(std::abs(difference));
    positive.push_back(difference > 0);
  }
  if (sizes.empty()) return std::nullopt;
  const Midranks ranks = midranks(sizes);
  std::size_t observed = 0;
  std::size_t highest = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto rank = static_cast<std::size_t>(ranks.doubled[i]);
    highest += rank;
    if (positive[i]) observed += rank;
  }
  if (sizes.size() > kExactSignedRanks) {
    const auto n = static_cast<double>(sizes.size());
    const double variance = n * (n + 1) * (2 * n + 1) / 24 - ranks.tie_term / 48;
    return normal_two_sided(static_cast<double>(observed) / 2, n * (n + 1) / 4, variance);
  }
  std::vector<double> ways(highest + 1, 0.0);
  ways[0] = 1;
  for (const int doubled : ranks.doubled) {
    const auto rank = static_cast<std::size_t>(doubled);
    for (std::size_t sum = highest; sum >= rank; --sum) ways[sum] += ways[sum - rank];
  }
  return two_sided(ways, observed);
}

std::optional<double> mann_whitney_p(std::span<const double> a, std::span<const double> b) {
  if (a.empty() || b.empty()) return std::nullopt;
  std::vector<double> all(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  if (std::all_of(all.begin(), all.end(), [&](double value) { return value == all.front(); })) return std::nullopt;
  const Midranks ranks = midranks(all);
  const auto rank = [&](std::size_t i) { return static_cast<std::size_t>(ranks.doubled[i]); };
  std::size_t observed = 0;
  for (std::size_t i = 0; i < a.size(); ++i) observed += rank(i);
  if (all.size() > kExactRankSum) {
    const auto m = static_cast<double>(a.size());
    const auto n = static_cast<double>(b.size());
    const double variance = m * n / 12 * (m + n + 1 - ranks.tie_term / ((m + n) * (m + n - 1)));
    return normal_two_sided(static_cast<double>(observed) / 2, m * (m + n + 1) / 2, variance);
  }
  // ways[k * width + sum]: how many choices of k of the values have this sum of doubled ranks.
  const std::size_t width = all.size() * (all.size() + 1) + 1;
  std::vector<double> ways((a.size() + 1) * width, 0.0);
  ways[0] = 1;
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = std::min(i + 1, a.size()); k > 0; --k)
      for (std::size_t sum = width - 1; sum >= rank(i); --sum)
        ways[k * width + sum] += ways[(k - 1) * width + sum - rank(i)];
  return two_sided({ways.end() - static_cast<std::ptrdiff_t>(width), ways.end()}, observed);
}

}  // namespace sriov::stats
