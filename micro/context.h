// Which CPUs a micro-benchmark runs on.
#pragma once

#include <optional>

#include "core/result.h"
#include "micro/benchmark.h"

namespace sriov {

/// On `cpu`, or else on the last CPU that this process may use: the first ones have more of the devices' interrupts.
/// The other CPU is the last one that is left. A usage error when `cpu` cannot be used.
[[nodiscard]] Result<MicroContext> choose_context(Host host, std::optional<int> cpu, bool unsafe);

}  // namespace sriov
