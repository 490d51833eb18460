// Whether the QEMU of this machine can be the lab's.
#pragma once

#include "core/result.h"
#include "host/shell.h"

namespace sriov::lab {

inline constexpr const char* kQemu = "qemu-system-x86_64";

/// Whether it emulates an igb, the SR-IOV card: QEMU 8.0 was the first.
[[nodiscard]] bool emulates_igb(Shell& shell);
/// An environment error that says what to install when there is no QEMU or one without igb.
[[nodiscard]] Result<void> check_qemu(Shell& shell);

}  // namespace sriov::lab
