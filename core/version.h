// The tool's version, from CMake and git.
#pragma once

#include <string_view>

namespace sriov {

extern const std::string_view kVersion;        ///< "0.1.0 (abc1234)".
inline constexpr unsigned kAgentProtocol = 4;  ///< Controller and agent must agree on it exactly.

}  // namespace sriov
