// Which metrics are details: shown on request, not in the main table.
#pragma once

#include <string>

namespace sriov {

/// Interrupts by class, packets, retransmits, what sampling cost, …: what `compare` shows with --all only.
[[nodiscard]] bool is_detail(const std::string& metric);

}  // namespace sriov
