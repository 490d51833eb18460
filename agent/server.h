// The agent's life: one controller on two descriptors, then out.
#pragma once

#include "core/result.h"

namespace sriov::agent {

/// Greets and serves the controller on `fd_in` and `fd_out` (pipes, or a socket given twice) until its stream ends or
/// SIGTERM, SIGINT or SIGHUP comes. Then stops the workloads and the sampling and runs the undo commands that the
/// controller left (Client::on_disconnect). Blocks those signals for the whole process, so call it before making
/// threads, and end the process after it: work that did not stop in time may still run.
[[nodiscard]] Result<void> serve(int fd_in, int fd_out);

}  // namespace sriov::agent
