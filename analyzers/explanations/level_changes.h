// Lasting changes of a rate that are too big to be noise.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sriov {

struct LevelChange {
  std::size_t place = 0;  ///< Of the first value on the new level.
  double before = 0;      ///< Mean of the level before, and …
  double after = 0;       ///< … of the one that begins there.
};

/// Of the changes that stats::change_points() finds, those between levels of at least eight values that differ by a
/// quarter of the higher one and by five standard errors, these for as many values as the residuals are worth
/// (stats::effective_sample_size), a quarter of them at most: neighbours resemble each other. None for fewer than 20
/// values.
[[nodiscard]] std::vector<LevelChange> level_changes(std::span<const double> rates);

}  // namespace sriov
