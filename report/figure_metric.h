// Which metric a figure shows.
#pragma once

#include <string>
#include <vector>

#include "analyzers/comparison.h"
#include "core/result.h"

namespace sriov {

/// `wanted` when one of the tables has it, else a usage error with the nearest name. When nothing is wanted: the first
/// of throughput, transactions, and the tables' first row, that has a value.
[[nodiscard]] Result<std::string> choose_metric(const std::vector<const ComparisonTable*>& tables,
                                                const std::string& wanted);

}  // namespace sriov
