// An interval: what every estimate of this folder carries.
#pragma once

namespace sriov {

struct Interval {
  double low = 0;
  double high = 0;

  [[nodiscard]] bool contains(double value) const { return low <= value && value <= high; }
};

}  // namespace sriov
