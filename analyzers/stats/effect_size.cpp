#include "analyzers/stats/effect_size.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "analyzers/stats/descriptive.h"

namespace sriov::stats {

std::optional<double> cliffs_delta(std::span<const double> a, std::span<const double> b) {
  if (a.empty() || b.empty()) return std::nullopt;
  std::vector<double> sorted(b.begin(), b.end());
  std::sort(sorted.begin(), sorted.end());
  double dominance = 0;
  for (const double value : a) {
    const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), value);
    dominance += static_cast<double>(first - sorted.begin()) - static_cast<double>(sorted.end() - last);
  }
  return dominance / (static_cast<double>(a.size()) * static_cast<double>(b.size()));
}

std::string_view cliffs_delta_word(double delta) {
  static constexpr std::array<std::pair<double, std::string_view>, 3> kBelow{
      {{0.147, "negligible"}, {0.33, "small"}, {0.474, "medium"}}};
  for (const auto& [bound, word] : kBelow)
    if (std::abs(delta) < bound) return word;
  return "large";
}

std::optional<double> hedges_g(std::span<const double> a, std::span<const double> b) {
  if (a.size() < 2 || b.size() < 2) return std::nullopt;
  const auto m = static_cast<double>(a.size());
  const auto n = static_cast<double>(b.size());
  const double freedom = m + n - 2;
  const double pooled = std::sqrt(((m - 1) * variance(a) + (n - 1) * variance(b)) / freedom);
  if (!(pooled > 0)) return std::nullopt;
  const double correction =
      std::exp(std::lgamma(freedom / 2) - std::lgamma((freedom - 1) / 2)) / std::sqrt(freedom / 2);
  return correction * (mean(a) - mean(b)) / pooled;
}

}  // namespace sriov::stats
