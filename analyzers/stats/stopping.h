// When to stop repeating.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace sriov::stats {

/// Half the width of the t interval of the mean, in percent of the mean's size. Absent for n < 2 or a mean of 0.
[[nodiscard]] std::optional<double> half_width_percent(std::span<const double> values);

enum class Stopping {
  enough,      ///< The interval is as narrow as wanted.
  needs_more,  ///< StoppingAdvice::more repetitions.
  cannot,      ///< Not within max_repetitions, or never: the mean is 0, or a value is not a number.
};

struct StoppingAdvice {
  Stopping decision = Stopping::needs_more;
  std::size_t more = 0;                      ///< Repetitions to make before asking again; for needs_more.
  std::optional<double> half_width_percent;  ///< Of the repetitions so far.
  /// Repetitions in all that the wanted half width is estimated to take: max(n, (t s / d)^2), s and t of those so far
  /// (C. Stein, "A Two-Sample Test for a Linear Hypothesis whose Power is Independent of the Variance", Annals of
  /// Mathematical Statistics 16, 1945). With few repetitions it is rough: s of 5 is off by a factor of 2 often enough.
  std::optional<std::size_t> estimated_repetitions;
};

/// To be asked after min_repetitions, and again after each batch that it asks for, which at most doubles what there is.
/// "cannot" only where even the lower end of the 95 % interval of the spread asks for more than max_repetitions, or
/// these are done.
///
/// Looking again and stopping at the first interval that is narrow enough prefers samples that happen to have a small
/// spread: the interval then covers less than it says (F. J. Anscombe, "Sequential Estimation", JRSS B 15, 1953). How
/// much less was measured (docs/method.md): with min_repetitions of 10 one or two percent, with 3 several.
[[nodiscard]] StoppingAdvice decide(std::span<const double> values, double ci_half_width_percent,
                                    std::size_t min_repetitions, std::size_t max_repetitions);

}  // namespace sriov::stats
