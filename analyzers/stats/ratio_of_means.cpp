#include "analyzers/stats/ratio_of_means.h"

#include <algorithm>
#include <cmath>

#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/t_interval.h"

namespace sriov::stats {
namespace {

/// Two means with the variances and the covariance of these means.
struct Means {
  double a = 0;
  double b = 0;
  double variance_a = 0;
  double variance_b = 0;
  double covariance = 0;
};

/// The roots of (b^2 - t^2 vb) r^2 - 2 (a b - t^2 cab) r + (a^2 - t^2 va) = 0.
RatioOfMeans fieller(const Means& means, double degrees_of_freedom) {
  RatioOfMeans out{means.a / means.b, std::nullopt};
  const double t = t_critical(degrees_of_freedom);
  const double squared = means.b * means.b - t * t * means.variance_b;
  if (squared <= 0) return out;
  const double middle = means.a * means.b - t * t * means.covariance;
  const double last = means.a * means.a - t * t * means.variance_a;
  const double root = std::sqrt(std::max(0.0, middle * middle - squared * last));
  out.interval_95 = Interval{(middle - root) / squared, (middle + root) / squared};
  return out;
}

double covariance(std::span<const double> a, std::span<const double> b) {
  const double mean_a = mean(a);
  const double mean_b = mean(b);
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - mean_a) * (b[i] - mean_b);
  return sum / static_cast<double>(a.size() - 1);
}

}  // namespace

std::optional<RatioOfMeans> ratio_of_paired_means(std::span<const double> a, std::span<const double> b) {
  if (a.size() != b.size() || a.size() < 2 || mean(b) == 0) return std::nullopt;
  const auto n = static_cast<double>(a.size());
  return fieller({mean(a), mean(b), variance(a) / n, variance(b) / n, covariance(a, b) / n}, n - 1);
}

std::optional<RatioOfMeans> ratio_of_independent_means(std::span<const double> a, std::span<const double> b) {
  if (a.size() < 2 || b.size() < 2 || mean(b) == 0) return std::nullopt;
  const auto m = static_cast<double>(a.size());
  const auto n = static_cast<double>(b.size());
  const Means means{mean(a), mean(b), variance(a) / m, variance(b) / n, 0};
  const double ratio = means.a / means.b;
  const double from_b = ratio * ratio * means.variance_b;
  const double both = means.variance_a + from_b;
  const double freedom =
      both > 0 ? both * both / (means.variance_a * means.variance_a / (m - 1) + from_b * from_b / (n - 1)) : m + n - 2;
  return fieller(means, freedom);
}

}  // namespace sriov::stats
