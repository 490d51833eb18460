// Two straight lines that meet: where a curve bends, such as misses over footprint at the end of a cache's reach.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "analyzers/stats/interval.h"

namespace sriov::stats {

struct KneeFit {
  double knee = 0;  ///< The x at which the lines meet.
  double intercept = 0;
  double slope_before = 0;
  double slope_after = 0;
  double residuals = 0;  ///< Sum of squares.

  [[nodiscard]] double at(double x) const;
};

/// The continuous two-segment line with the least sum of squares, exactly: between each two neighbouring x the lines
/// through either side are tried, and the knee at each x (D. J. Hudson, "Fitting Segmented Curves Whose Join Points
/// Have to be Estimated", JASA 61, 1966). A side has at least two different x. Absent for different lengths or fewer
/// than 4 different x.
[[nodiscard]] std::optional<KneeFit> fit_knee(std::span<const double> x, std::span<const double> y);

struct KneeOptions {
  std::size_t resamples = 2'000;
  std::uint64_t seed = 1;
};

struct Knee {
  KneeFit fit;
  Interval knee_95;    ///< Bootstrap of the residuals, percentiles: the x stay as they were designed.
  double p_value = 1;  ///< Of one straight line being enough.

  [[nodiscard]] bool is_significant() const { return p_value < 0.05; }
};

/// The knee with its interval and whether there is one. A fit always finds some knee, so p is the share of straight
/// lines with resampled noise in which a knee gains as much (the place of a knee means nothing without one, so that the
/// F distribution does not hold: R. B. Davies, "Hypothesis Testing when a Nuisance Parameter is Present Only Under the
/// Alternative", Biometrika 74, 1987). Absent as fit_knee(), and for fewer than 6 points. The noise is taken to be of
/// one spread: for a ratio scale, fit logarithms.
[[nodiscard]] std::optional<Knee> find_knee(std::span<const double> x, std::span<const double> y,
                                            const KneeOptions& options = {});

}  // namespace sriov::stats
