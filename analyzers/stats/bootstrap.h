// The bootstrap: intervals of any statistic, from the repetitions alone (B. Efron, R. Tibshirani, "An Introduction to
// the Bootstrap", 1993; A. C. Davison, D. V. Hinkley, "Bootstrap Methods and their Application", 1997).
//
// Deterministic: the same values, options and seed give the same interval on every machine. Which interval covers how
// often at which n was measured: docs/method.md. Below 10 repetitions no bootstrap interval covers what it claims.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "analyzers/stats/interval.h"

namespace sriov::stats {

struct BootstrapOptions {
  std::size_t resamples = 10'000;
  std::uint64_t seed = 1;
  double confidence = 0.95;
};

/// Of the values at these places; a place may come several times. Called for the sample itself (0, 1, … n - 1), for
/// every resample, and for the n samples that lack one value.
using StatisticOfPlaces = std::function<double(std::span<const std::uint32_t> places)>;
/// Of a sample that the function may reorder as it likes.
using StatisticOfValues = std::function<double(std::span<double> values)>;

struct BootstrapInterval {
  double estimate = 0;  ///< The statistic of the sample itself.
  Interval percentile;  ///< The quantiles of the resampled statistics.
  Interval bca;         ///< Those, corrected for bias and for a spread that depends on the value (BCa).
  double standard_error = 0;
  /// Resamples for which the statistic was not a number; they are left out, and many of them make the interval
  /// doubtful.
  std::size_t undefined = 0;
};

/// n >= 2 things, each drawn with equal chance. For statistics of several columns, such as a regression or a ratio of
/// paired samples. Absent for n < 2 and when the statistic of the sample, or of more than half of the resamples, is not
/// a number.
[[nodiscard]] std::optional<BootstrapInterval> bootstrap_places(std::size_t n, const StatisticOfPlaces& statistic,
                                                                const BootstrapOptions& options = {});
[[nodiscard]] std::optional<BootstrapInterval> bootstrap(std::span<const double> values,
                                                         const StatisticOfValues& statistic,
                                                         const BootstrapOptions& options = {});
[[nodiscard]] std::optional<BootstrapInterval> bootstrap_mean(std::span<const double> values,
                                                              const BootstrapOptions& options = {});
[[nodiscard]] std::optional<BootstrapInterval> bootstrap_median(std::span<const double> values,
                                                                const BootstrapOptions& options = {});
/// Of mean(a) / mean(b), a[i] and b[i] being drawn together. Absent for different lengths.
[[nodiscard]] std::optional<BootstrapInterval> bootstrap_paired_ratio(std::span<const double> a,
                                                                      std::span<const double> b,
                                                                      const BootstrapOptions& options = {});

/// The studentized bootstrap (bootstrap-t) of the mean: resamples the t statistic instead of assuming its distribution.
/// Absent for n < 4, or no spread: resamples without spread then come too often.
[[nodiscard]] std::optional<Interval> bootstrap_t_mean(std::span<const double> values,
                                                       const BootstrapOptions& options = {});

/// Where repetitions nest (samples in trials, trials in boots): groups are drawn, then values within each drawn group,
/// and the statistic is of all drawn values together. The percentile interval, as the jackknife that BCa needs has no
/// one meaning here. The groups are the repetitions: with few of them the interval is as doubtful as any bootstrap of
/// few (S. Ren et al., "Nonparametric bootstrapping for hierarchical data", Journal of Applied Statistics 37, 2010; T.
/// Kalibera, R. Jones, "Rigorous Benchmarking in Reasonable Time", ISMM 2013). Absent for fewer than 2 groups, or an
/// empty one.
struct HierarchicalInterval {
  double estimate = 0;
  Interval percentile;
};
[[nodiscard]] std::optional<HierarchicalInterval> bootstrap_groups(std::span<const std::vector<double>> groups,
                                                                   const StatisticOfValues& statistic,
                                                                   const BootstrapOptions& options = {});

/// The BCa interval from its parts (B. Efron, "Better Bootstrap Confidence Intervals", JASA 82, 1987): statistics of
/// resamples in ascending order, and of the samples that lack one value.
[[nodiscard]] Interval bca_interval(double estimate, std::span<const double> ascending,
                                    std::span<const double> jackknife, double confidence);

}  // namespace sriov::stats
