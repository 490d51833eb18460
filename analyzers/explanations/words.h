// Numbers of findings in words and cells.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyzers/explanations/explanation.h"

namespace sriov {

/// "1.76 %", "1.76 [1.5, 2.0] %"; bit/s, s and ns with the prefix that suits.
[[nodiscard]] std::string quantity_text(double value, const std::optional<Interval>& interval, std::string_view unit);
/// Mean of repetitions with its t interval; empty for none.
[[nodiscard]] FindingCell mean_cell(std::span<const double> values);
/// What `number` yields for these trials, without those that it is unknown for.
[[nodiscard]] std::vector<double> values_of(const Trials& trials,
                                            const std::function<std::optional<double>(const ExplainedTrial&)>& number);
/// "1 trial", "3 trials".
[[nodiscard]] std::string counted(std::size_t n, std::string_view thing);
/// "path=vf workload=tcp_stream", or "all trials" where there is nothing to tell conditions apart.
[[nodiscard]] std::string condition_text(const std::string& condition);

}  // namespace sriov
