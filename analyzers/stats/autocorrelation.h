// Series whose neighbours resemble each other: how much n such values are worth, and the interval of their mean.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "analyzers/stats/interval.h"

namespace sriov::stats {

/// Autocorrelation at a lag, as R's acf: sums over n - lag products, divided by the sum of squares. Absent when n <=
/// lag or the values have no spread.
[[nodiscard]] std::optional<double> autocorrelation(std::span<const double> series, std::size_t lag);

/// How many independent values would tell the mean as well: n / (1 + 2 * sum of autocorrelations), summed in pairs of
/// lags as long as a pair is above 0 (C. J. Geyer, "Practical Markov Chain Monte Carlo", Statistical Science 7, 1992:
/// the initial positive sequence). Never above n. Absent as autocorrelation() is.
[[nodiscard]] std::optional<double> effective_sample_size(std::span<const double> series);

/// The 95 % interval of the mean of a stationary series, by the equal-weighted cosine estimate of the long-run variance
/// with t critical values (U. Müller, "A Theory of Robust Long-Run Variance Estimation", Journal of Econometrics 141,
/// 2007; E. Lazarus, D. Lewis, J. Stock, M. Watson, "HAR Inference", Journal of Business & Economic Statistics 36,
/// 2018). It was measured against batch means, Newey-West with fixed-b critical values and an AR(1) correction, and
/// covers nearest to 95 %: docs/method.md. Absent for n < 3. Too narrow where neighbours resemble each other so much
/// that n values are worth less than about 10: see effective_sample_size().
[[nodiscard]] std::optional<Interval> series_mean_interval(std::span<const double> series);

}  // namespace sriov::stats
