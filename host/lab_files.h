// Where the running lab machine is found, for the testbed that starts it and for collectors that observe it.
#pragma once

#include <string>

namespace sriov {

/// The running machine: $SRIOV_BENCH_LAB_STATE, else $XDG_RUNTIME_DIR/sriov-bench/lab, else /run/sriov-bench/lab.
[[nodiscard]] std::string lab_state_directory();
/// The Unix socket on which its emulator takes commands (QMP).
[[nodiscard]] std::string lab_monitor_path();
/// The named pipe that its emulator writes trace lines to; without a reader they are dropped.
[[nodiscard]] std::string lab_trace_path();

}  // namespace sriov
