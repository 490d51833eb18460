// Kernel files that are written by a command, as undo lists need it.
#pragma once

#include <string>

#include "host/shell.h"

namespace sriov {

/// The command that writes `value` to the existing file `path`, both as they are: no shell takes anything in them for
/// its own. Does nothing, and succeeds, when the file is not there: what went away needs no undoing.
[[nodiscard]] Command kernel_file_command(const std::string& path, const std::string& value);

}  // namespace sriov
