// Midranks, kept as integers.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sriov::stats {

struct Midranks {
  std::vector<int>
      doubled;  ///< Twice the rank from 1 on, in the order of the values: ties share a mean rank, maybe a half.
  double tie_term =
      0;  ///< Sum of t^3 - t over the groups of t equal values: what ties take from a rank sum's variance.
};
[[nodiscard]] Midranks midranks(std::span<const double> values);

}  // namespace sriov::stats
