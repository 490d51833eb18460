// sriov-bench-micro on an agent's machine.
#pragma once

#include <string>

#include "agent/client.h"
#include "core/result.h"
#include "host/shell.h"

namespace sriov {

/// The words that start it there. On this machine (`is_here`) the one that was built with this program; elsewhere one
/// of the same version in PATH, or else a copy: with its libraries and their loader it needs nothing of that machine
/// but an x86-64 Linux. The copy goes when the agent's stream ends.
[[nodiscard]] Result<Command> place_micro_program(agent::Client& client, bool is_here);

}  // namespace sriov
