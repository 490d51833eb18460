// How evenly something is shared.
#pragma once

#include <optional>
#include <span>

namespace sriov::stats {

/// Jain's index: 1 when all have the same, 1/n when one has all (R. Jain, D.-M. Chiu, W. Hawe, "A Quantitative Measure
/// of Fairness and Discrimination", DEC-TR-301, 1984). Absent for no shares, or when all are 0.
[[nodiscard]] std::optional<double> jain_index(std::span<const double> shares);

}  // namespace sriov::stats
