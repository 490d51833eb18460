// Tests that need no normal distribution. Two-sided.
#pragma once

#include <optional>
#include <span>

namespace sriov::stats {

/// Signed-rank test of differences around 0 (F. Wilcoxon, "Individual Comparisons by Ranking Methods", Biometrics
/// Bulletin 1, 1945). Differences of 0 are left out, as Wilcoxon did. Up to 50 differences the distribution over all
/// 2^n signs is counted out, with the ranks as they are, so it is exact with ties too (R's wilcox.test is so without
/// ties only); above, normal with tie and continuity corrections. Absent when every difference is 0. With 5 pairs p is
/// never below 2/2^5 = 0.0625: at least 6 are needed to call anything significant at 5 %.
[[nodiscard]] std::optional<double> wilcoxon_signed_rank_p(std::span<const double> differences);

/// Rank-sum test of two independent samples (H. B. Mann, D. R. Whitney, "On a Test of Whether one of Two Random
/// Variables is Stochastically Larger than the Other", Annals of Mathematical Statistics 18, 1947). Exact, with ties
/// too, up to 40 values in all; above, normal with tie and continuity corrections. Absent when a side is empty or all
/// values are equal.
[[nodiscard]] std::optional<double> mann_whitney_p(std::span<const double> a, std::span<const double> b);

}  // namespace sriov::stats
