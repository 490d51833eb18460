// What is remembered of a running machine, on disk.
#pragma once

#include <optional>

#include "core/result.h"
#include "host/file.h"
#include "testbed/lab/machine.h"

namespace sriov::lab {

/// STATE/machine.json.
[[nodiscard]] Result<void> write_state(const MachineState& state);
[[nodiscard]] std::optional<MachineState> read_state();
void forget_state();
/// The lock of the state directory, when nobody has it; "in use" otherwise.
[[nodiscard]] Result<Fd> take_machine_lock();
/// Field 22 of /proc/PID/stat, or "".
[[nodiscard]] std::string process_start_time(pid_t pid);

}  // namespace sriov::lab
