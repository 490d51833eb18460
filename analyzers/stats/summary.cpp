#include "analyzers/stats/summary.h"

#include <cmath>
#include <vector>

#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/t_interval.h"

namespace sriov {

Summary summarize(std::span<const double> values) {
  Summary summary;
  summary.n = values.size();
  if (values.empty()) return summary;
  summary.mean = stats::mean(values);
  summary.median = stats::median(values);
  summary.standard_deviation = stats::standard_deviation(values);
  summary.mean_95 = stats::t_interval(values);
  summary.median_95 = stats::log_t_interval(values);
  return summary;
}

std::optional<Ratio> paired_ratio(std::span<const double> a, std::span<const double> b) {
  if (a.size() != b.size() || a.empty()) return std::nullopt;
  std::vector<double> ratios;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!(a[i] > 0) || !(b[i] > 0)) return std::nullopt;
    ratios.push_back(a[i] / b[i]);
  }
  return Ratio{std::exp(stats::mean(stats::logarithms(ratios))), stats::log_t_interval(ratios)};
}

}  // namespace sriov
