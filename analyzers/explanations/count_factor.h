// Factors that are a number of something that shares the machine.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "analyzers/explanations/run_data.h"

namespace sriov {

/// The factor of the run by which something can scale ("guests", "streams", "flows", …): the first of these with two
/// levels or more that are all numbers above 0; "" when there is none.
[[nodiscard]] std::string count_factor(const RunData& run);
/// The trials of a condition by that number, ascending.
[[nodiscard]] std::map<double, Trials> by_number(const Trials& trials, const std::string& factor);

}  // namespace sriov
