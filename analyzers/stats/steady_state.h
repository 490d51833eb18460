// Where a series stops warming up.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace sriov::stats {

struct Truncation {
  std::size_t index = 0;  ///< The first value that counts.
  /// False when the minimum lies in the second half: the series is too short, or never settles, and nothing is known.
  bool credible = false;
};

/// MSER-5: means of five values each; what is left out minimises the standard error of the mean of the rest (K. P.
/// White, "An Effective Truncation Heuristic for Bias Reduction in Simulation Output", Simulation 69, 1997; K. P.
/// White, M. J. Cobb, S. C. Spratt, "A Comparison of Five Steady-State Truncation Heuristics for Simulation", WSC
/// 2000). At least 5 batches stay, as one of few batches may look steady by chance. Absent for fewer than 50 values.
[[nodiscard]] std::optional<Truncation> mser5(std::span<const double> series);
/// The same with means of `batch` values each, for series that are too short for five: at least 10 batches, else
/// absent.
[[nodiscard]] std::optional<Truncation> mser(std::span<const double> series, std::size_t batch);

/// How a series begins beside how it goes on.
struct Settling {
  std::size_t index = 0;  ///< The first value after the part that differs.
  double percent = 0;     ///< By how much its mean is above (below: negative) the mean of the rest.
};
/// The part that MSER cuts off, when it does differ: its mean from the rest's by at least 5 % of the latter and by 4
/// standard errors, a value counting as a quarter of one at most, since neighbours resemble each other. MSER alone cuts
/// something off most steady series too; with these bounds 0.3 % of steady ones at most (docs/method.md) are said to
/// settle. Batches of five from 50 values on, of two from 20 on; absent for shorter series and for steady ones.
[[nodiscard]] std::optional<Settling> settling(std::span<const double> series);
inline constexpr std::size_t kFewestForSettling = 20;

}  // namespace sriov::stats
