// What a comparison says in words, and what it must not say.
#pragma once

#include <string>
#include <vector>

#include "analyzers/comparison/comparison_table.h"

namespace sriov {

/// Sentences drawn from the ratios of `table`. On emulated hardware only counts speak (shares of CPU, interrupts per
/// MB): emulated time says nothing about real time. A difference is claimed only when the 95 % interval excludes 1.
[[nodiscard]] std::vector<std::string> verdicts(const ComparisonTable& table, bool emulated);

}  // namespace sriov
