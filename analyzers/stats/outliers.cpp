#include "analyzers/stats/outliers.h"

#include <cmath>

#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/t_interval.h"

namespace sriov::stats {

std::vector<double> modified_z_scores(std::span<const double> values) {
  constexpr double kMadToSigma = 0.6745;
  constexpr double kMeanDeviationToSigma = 1.253314;
  const double center = median(values);
  const double deviation = median_absolute_deviation(values);
  double mean_deviation = 0;
  for (const double value : values) mean_deviation += std::abs(value - center) / static_cast<double>(values.size());
  double scale = 0;
  if (deviation > 0)
    scale = kMadToSigma / deviation;
  else if (mean_deviation > 0)
    scale = 1 / (kMeanDeviationToSigma * mean_deviation);
  std::vector<double> scores;
  for (const double value : values) scores.push_back(scale * (value - center));
  return scores;
}

std::vector<bool> outliers(std::span<const double> values) {
  std::vector<bool> out;
  for (const double score : modified_z_scores(values)) out.push_back(std::abs(score) > kOutlierScore);
  return out;
}

std::vector<double> outlier_p_values(std::span<const double> values) {
  constexpr std::size_t kFewest = 4;
  std::vector<double> out(values.size(), 1);
  if (values.size() < kFewest) return out;
  const auto others = static_cast<double>(values.size() - 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::vector<double> rest(values.begin(), values.end());
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    const double distance = values[i] - mean(rest);
    if (distance == 0) continue;
    const double error = standard_deviation(rest) * std::sqrt(1 + 1 / others);
    out[i] = error > 0 ? t_two_sided_p(distance / error, others - 1) : 0;
  }
  return out;
}

}  // namespace sriov::stats
