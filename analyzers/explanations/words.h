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
/// "3" for 3, "2.50" for 2.5.
[[nodiscard]] std::string plain_number(double value);
/// Mean of repetitions, as the comparison has it, with its t interval from three on; empty for none. With two the
/// interval has one degree of freedom and is 25 standard deviations wide: it says nothing.
[[nodiscard]] FindingCell mean_cell(std::span<const double> values);
/// What `number` yields for these trials, without those that it is unknown for.
[[nodiscard]] std::vector<double> values_of(const Trials& trials,
                                            const std::function<std::optional<double>(const ExplainedTrial&)>& number);
/// "1 trial", "3 trials".
[[nodiscard]] std::string counted(std::size_t n, std::string_view thing);
/// "path=vf workload=tcp_stream", or "all trials" where there is nothing to tell conditions apart.
[[nodiscard]] std::string condition_text(const std::string& condition);

}  // namespace sriov
