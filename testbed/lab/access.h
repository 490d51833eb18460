// How the controller reaches the machines of the lab.
#pragma once

#include <string>

#include "agent/client.h"
#include "core/result.h"
#include "host/shell.h"
#include "testbed/lab/machine.h"

namespace sriov::lab {

/// Writes the ssh configuration that the commands below use: hosts "dom0" and, through it, "guest1" ….
[[nodiscard]] Result<void> write_ssh_config(const MachineState& machine);
/// The command that runs `words` (quoted for the shell there) on "dom0" or "guestN"; a terminal's shell when there are
/// none. It works in the machine's network namespace, where dom0's ssh is on the loopback device.
[[nodiscard]] Command ssh_command(const MachineState& machine, const std::string& host, const Command& words);
/// The command that runs `words` as the peer: in the machine's network namespace, with a /sys that shows its devices.
[[nodiscard]] Command peer_command(const MachineState& machine, const Command& words);

/// Agents: in dom0 the one that can load Xen's libraries, in guests the static one, at the peer this host's own.
[[nodiscard]] Result<std::string> dom0_target(const MachineState& machine);
[[nodiscard]] std::string guest_target(const MachineState& machine, int number);
[[nodiscard]] Result<std::string> peer_target(const MachineState& machine);

}  // namespace sriov::lab
