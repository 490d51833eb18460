#include "analyzers/stats/knee_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <Eigen/Dense>

#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/line_fit.h"
#include "analyzers/stats/random.h"

namespace sriov::stats {
namespace {

double residuals_of(const LineFit& line) {
  const double deviation = line.residual_standard_deviation;
  return line.n > 2 ? deviation * deviation * static_cast<double>(line.n - 2) : 0;
}

/// Points in the order of x, and where a new x begins.
class KneeSearch {
 public:
  KneeSearch(std::span<const double> x, std::span<const double> y) {
    std::vector<std::size_t> order(x.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return x[a] < x[b]; });
    for (const std::size_t i : order) {
      if (x_.empty() || x[i] > x_.back()) groups_.push_back(x_.size());
      x_.push_back(x[i]);
      y_.push_back(y[i]);
    }
  }

  std::optional<KneeFit> best() {
    constexpr std::size_t kFewestDifferent = 4;
    if (groups_.size() < kFewestDifferent) return std::nullopt;
    // Sides of two different x or more: the second side begins with the group `split`.
    for (std::size_t split = 2; split + 2 <= groups_.size(); ++split) try_between(groups_[split]);
    for (std::size_t group = 1; group + 1 < groups_.size(); ++group) try_at(x_[groups_[group]]);
    return best_;
  }

 private:
  void take(const KneeFit& fit) {
    if (!best_ || fit.residuals < best_->residuals) best_ = fit;
  }

  /// Separate lines, which are a continuous fit where they happen to meet between the sides.
  void try_between(std::size_t begin) {
    const auto before = fit_line(std::span(x_).first(begin), std::span(y_).first(begin));
    const auto after = fit_line(std::span(x_).subspan(begin), std::span(y_).subspan(begin));
    if (!before || !after || before->slope == after->slope) return;
    const double meet = (before->intercept - after->intercept) / (after->slope - before->slope);
    if (meet < x_[begin - 1] || meet > x_[begin]) return;
    take({meet, before->intercept, before->slope, after->slope, residuals_of(*before) + residuals_of(*after)});
  }

  void try_at(double knee) {
    const auto n = static_cast<Eigen::Index>(x_.size());
    Eigen::MatrixXd design(n, 3);
    Eigen::VectorXd wanted(n);
    for (Eigen::Index i = 0; i < n; ++i) {
      const double x = x_[static_cast<std::size_t>(i)];
      design.row(i) << 1, x - knee, std::max(0.0, x - knee);
      wanted[i] = y_[static_cast<std::size_t>(i)];
    }
    const Eigen::Vector3d solved = design.householderQr().solve(wanted);
    take({knee, solved[0] - solved[1] * knee, solved[1], solved[1] + solved[2],
          (design * solved - wanted).squaredNorm()});
  }

  std::vector<double> x_;
  std::vector<double> y_;
  std::vector<std::size_t> groups_;  // Where each different x begins.
  std::optional<KneeFit> best_;
};

/// A fitted curve with its residuals drawn anew, widened for the parameters that the fit has used up.
class Redrawn {
 public:
  Redrawn(std::vector<double> fitted, std::span<const double> y, double parameters)
      : fitted_(std::move(fitted)), y_(fitted_.size()) {
    const auto n = static_cast<double>(y.size());
    for (std::size_t i = 0; i < y.size(); ++i) noise_.push_back((y[i] - fitted_[i]) * std::sqrt(n / (n - parameters)));
    const double center = mean(noise_);
    for (double& value : noise_) value -= center;
  }
  std::span<const double> draw(Random& random) {
    for (std::size_t i = 0; i < y_.size(); ++i)
      y_[i] = fitted_[i] + noise_[random.below(static_cast<std::uint32_t>(noise_.size()))];
    return y_;
  }

 private:
  std::vector<double> fitted_;
  std::vector<double> noise_;
  std::vector<double> y_;
};

/// How much of a line's residuals a knee removes; 0 where there are none.
double gain(std::span<const double> x, std::span<const double> y, const KneeFit& knee) {
  const auto line = fit_line(x, y);
  const double before = line ? residuals_of(*line) : 0;
  return before > 0 ? 1 - knee.residuals / before : 0;
}

template <class Fit>
std::vector<double> fitted_values(std::span<const double> x, const Fit& fit) {
  std::vector<double> out;
  for (const double value : x) out.push_back(fit.at(value));
  return out;
}

double p_of_one_line(std::span<const double> x, std::span<const double> y, const KneeFit& knee,
                     const KneeOptions& options) {
  const auto line = fit_line(x, y);
  const double seen = gain(x, y, knee);
  Redrawn straight(fitted_values(x, *line), y, 2);
  Random random(options.seed + 1);
  std::size_t as_much = 1;  // The observed one is one of them (Davison & Hinkley 1997, 4.2.1).
  for (std::size_t i = 0; i < options.resamples; ++i) {
    const auto drawn = straight.draw(random);
    const auto fit = fit_knee(x, drawn);
    if (fit && gain(x, drawn, *fit) >= seen) ++as_much;
  }
  return static_cast<double>(as_much) / static_cast<double>(options.resamples + 1);
}

}  // namespace

double KneeFit::at(double x) const {
  return intercept + slope_before * x + (slope_after - slope_before) * std::max(0.0, x - knee);
}

std::optional<KneeFit> fit_knee(std::span<const double> x, std::span<const double> y) {
  if (x.size() != y.size()) return std::nullopt;
  return KneeSearch(x, y).best();
}

std::optional<Knee> find_knee(std::span<const double> x, std::span<const double> y, const KneeOptions& options) {
  constexpr std::size_t kFewest = 6;
  const auto fit = fit_knee(x, y);
  if (!fit || x.size() < kFewest || options.resamples == 0) return std::nullopt;
  Redrawn bent(fitted_values(x, *fit), y, 4);
  Random random(options.seed);
  std::vector<double> knees;
  for (std::size_t i = 0; i < options.resamples; ++i)
    if (const auto again = fit_knee(x, bent.draw(random))) knees.push_back(again->knee);
  std::sort(knees.begin(), knees.end());
  constexpr double kTail = 0.025;
  return Knee{
      *fit, {quantile_sorted(knees, kTail), quantile_sorted(knees, 1 - kTail)}, p_of_one_line(x, y, *fit, options)};
}

}  // namespace sriov::stats
