// The rows of a comparison: what each level measured, and what the two sides' difference amounts to.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "analyzers/comparison/comparison_table.h"
#include "analyzers/metrics/trial_metric.h"
#include "store/store.h"

namespace sriov {

/// The numbers of one trial and where it belongs.
struct Measured {
  const Store* run = nullptr;
  int repetition = 0;
  std::vector<TrialMetric> metrics;
};

struct Level {
  std::vector<Measured> valid;
  std::size_t left_out = 0;
};
using Condition = std::map<std::string, Level>;  // By level of the compared factor.

/// A row for every metric that a valid trial has, with cells in the order of `levels` and, where there is a baseline,
/// the compared level's difference from it.
[[nodiscard]] std::vector<ComparisonRow> make_rows(const Condition& condition, const ComparisonTable& table,
                                                   bool emulated);

}  // namespace sriov
