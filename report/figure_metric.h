// Which metric a figure shows.
#pragma once

#include <string>
#include <vector>

#include "analyzers/comparison/comparison.h"
#include "core/result.h"

namespace sriov {

/// `wanted` when one of the tables has it, else a usage error with the nearest name. When nothing is wanted: the first
/// of throughput, transactions, and the tables' first row, that has a value.
[[nodiscard]] Result<std::string> choose_metric(const std::vector<const ComparisonTable*>& tables,
                                                const std::string& wanted);
/// Of all tables those that a figure of `metric` is for. Payload per second of one-byte requests says nothing beside
/// that of streams, so throughput leaves out workloads of transactions, unless there are no others.
[[nodiscard]] std::vector<const ComparisonTable*> telling_tables(const std::vector<const ComparisonTable*>& tables,
                                                                 const std::string& metric);

}  // namespace sriov
