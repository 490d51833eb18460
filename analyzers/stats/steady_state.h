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

}  // namespace sriov::stats
