// How large a difference is, apart from whether it is there.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace sriov::stats {

/// P(a > b) - P(a < b) over all pairs of values: 1 when every a is above every b, 0 when neither is (N. Cliff,
/// "Dominance Statistics", Psychological Bulletin 114, 1993). Absent when a side is empty.
[[nodiscard]] std::optional<double> cliffs_delta(std::span<const double> a, std::span<const double> b);
/// "negligible" below 0.147, "small" below 0.33, "medium" below 0.474, else "large" (J. Romano et al., "Appropriate
/// Statistics for Ordinal Level Data", Florida Association of Institutional Research, 2006). By the size, not the sign.
[[nodiscard]] std::string_view cliffs_delta_word(double delta);

/// Difference of the means in pooled standard deviations, freed of its bias in small samples by the exact factor
/// (L. V. Hedges, "Distribution Theory for Glass's Estimator of Effect Size and Related Estimators", Journal of
/// Educational Statistics 6, 1981). Absent for fewer than 2 values a side, or no spread.
[[nodiscard]] std::optional<double> hedges_g(std::span<const double> a, std::span<const double> b);

}  // namespace sriov::stats
