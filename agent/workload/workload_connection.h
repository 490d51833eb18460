// The control connection of a workload run, before its calls begin: greeting lines with deadlines.
#pragma once

#include <cstdint>

#include "agent/workload/workload_greeting.h"
#include "core/result.h"

namespace sriov::agent {

[[nodiscard]] Result<void> send_greeting(int socket, WorkloadGreeting::Word word, const std::string& text);
/// The peer's line. The error of a silent, closed or foreign peer says which.
[[nodiscard]] Result<WorkloadGreeting> receive_greeting(int socket, std::int64_t timeout_ns);

}  // namespace sriov::agent
