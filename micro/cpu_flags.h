// What /proc/cpuinfo says of the processor.
#pragma once

#include <string_view>

#include "host/host.h"

namespace sriov {

/// Whether the first processor's `flags` line has the word.
[[nodiscard]] bool has_cpu_flag(const Host& host, std::string_view flag);

}  // namespace sriov
