#include "analyzers/stats/line_fit.h"

#include <cmath>
#include <limits>

#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/t_interval.h"

namespace sriov::stats {
namespace {

/// The interval around the line whose variance is this many times the residuals'.
std::optional<Interval> around(const LineFit& fit, double center, double variance_factor) {
  if (fit.n < 3) return std::nullopt;
  const double half =
      t_critical(static_cast<double>(fit.n - 2)) * fit.residual_standard_deviation * std::sqrt(variance_factor);
  return Interval{center - half, center + half};
}

/// Variance of the line at x, in units of the residuals' variance.
double leverage(const LineFit& fit, double x) {
  return 1 / static_cast<double>(fit.n) + (x - fit.mean_x) * (x - fit.mean_x) / fit.squares_x;
}

}  // namespace

std::optional<Interval> LineFit::line_95(double x) const { return around(*this, at(x), leverage(*this, x)); }
std::optional<Interval> LineFit::prediction_95(double x) const { return around(*this, at(x), 1 + leverage(*this, x)); }

std::optional<LineFit> fit_line(std::span<const double> x, std::span<const double> y) {
  if (x.size() != y.size() || x.size() < 2) return std::nullopt;
  LineFit fit;
  fit.n = x.size();
  fit.mean_x = mean(x);
  const double mean_y = mean(y);
  double products = 0;
  double squares_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    fit.squares_x += (x[i] - fit.mean_x) * (x[i] - fit.mean_x);
    products += (x[i] - fit.mean_x) * (y[i] - mean_y);
    squares_y += (y[i] - mean_y) * (y[i] - mean_y);
  }
  if (!(fit.squares_x > 0)) return std::nullopt;
  fit.slope = products / fit.squares_x;
  fit.intercept = mean_y - fit.slope * fit.mean_x;
  double residuals = 0;
  for (std::size_t i = 0; i < x.size(); ++i) residuals += (y[i] - fit.at(x[i])) * (y[i] - fit.at(x[i]));
  fit.r_squared = squares_y > 0 ? 1 - residuals / squares_y : std::numeric_limits<double>::quiet_NaN();
  if (fit.n > 2) fit.residual_standard_deviation = std::sqrt(residuals / static_cast<double>(fit.n - 2));
  fit.slope_95 = around(fit, fit.slope, 1 / fit.squares_x);
  fit.intercept_95 = around(fit, fit.intercept, leverage(fit, 0));
  return fit;
}

}  // namespace sriov::stats
