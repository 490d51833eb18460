// What a comparison could have seen: an absence of evidence is worth as much as the power behind it.
#pragma once

namespace sriov::stats {

inline constexpr double kPower = 0.8;
inline constexpr double kAlpha = 0.05;

/// How many standard errors a true difference must be for a two-sided t test to find it with this power: the
/// non-centrality of the t distribution at which P(|T| > t_critical) = power (J. Cohen, "Statistical Power Analysis for
/// the Behavioral Sciences", 2nd ed., 1988; R: power.t.test(strict = TRUE)). `degrees_of_freedom` >= 1.
[[nodiscard]] double detectable_standard_errors(double degrees_of_freedom, double power = kPower,
                                                double alpha = kAlpha);

}  // namespace sriov::stats
