// Questions to an endpoint's environment.
#pragma once

#include <string>

namespace sriov {

/// Whether an endpoint says of its processor that an emulator made it up: `cpu.emulated` of its environment.
[[nodiscard]] bool is_emulated(const std::string& environment);

}  // namespace sriov
