// Text of "key: value" lines: /proc/cpuinfo, `xl info`.
#pragma once

#include <string>
#include <string_view>

namespace sriov {

/// The value of the first line with this key, without blanks around it; "" when there is none (cpuinfo repeats its keys
/// for every CPU).
[[nodiscard]] std::string keyed_value(std::string_view text, std::string_view key);

}  // namespace sriov
