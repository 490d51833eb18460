#include "analyzers/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/distributions/students_t.hpp>

namespace sriov {
namespace {

constexpr double kConfidence = 0.95;

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double median_of(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

double standard_deviation_of(std::span<const double> values, double mean) {
  if (values.size() < 2) return 0;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

/// Half the width of Student's t interval of the mean.
double half_width(std::size_t n, double standard_deviation) {
  const boost::math::students_t distribution(static_cast<double>(n - 1));
  const double t = boost::math::quantile(boost::math::complement(distribution, (1 - kConfidence) / 2));
  return t * standard_deviation / std::sqrt(static_cast<double>(n));
}

/// On the scale of logarithms, and back.
std::optional<Interval> log_interval(std::span<const double> values) {
  std::vector<double> logarithms;
  for (const double value : values) {
    if (!(value > 0)) return std::nullopt;
    logarithms.push_back(std::log(value));
  }
  const double mean = mean_of(logarithms);
  const double half = half_width(values.size(), standard_deviation_of(logarithms, mean));
  return Interval{std::exp(mean - half), std::exp(mean + half)};
}

}  // namespace

Summary summarize(std::span<const double> values) {
  Summary summary;
  summary.n = values.size();
  if (values.empty()) return summary;
  summary.mean = mean_of(values);
  summary.median = median_of(values);
  summary.standard_deviation = standard_deviation_of(values, summary.mean);
  if (values.size() < 2) return summary;
  const double half = half_width(values.size(), summary.standard_deviation);
  summary.mean_95 = Interval{summary.mean - half, summary.mean + half};
  summary.median_95 = log_interval(values);
  return summary;
}

std::optional<Ratio> paired_ratio(std::span<const double> a, std::span<const double> b) {
  if (a.size() != b.size() || a.empty()) return std::nullopt;
  std::vector<double> logarithms;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!(a[i] > 0) || !(b[i] > 0)) return std::nullopt;
    logarithms.push_back(std::log(a[i] / b[i]));
  }
  const Summary summary = summarize(logarithms);
  Ratio ratio{std::exp(summary.mean), std::nullopt};
  if (summary.mean_95) ratio.interval_95 = Interval{std::exp(summary.mean_95->low), std::exp(summary.mean_95->high)};
  return ratio;
}

}  // namespace sriov
