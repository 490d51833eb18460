// Directories and links of the machine behind a Shell, which itself only runs commands and reads files.
#pragma once

#include <string>
#include <vector>

#include "host/shell.h"

namespace sriov::xen {

/// Names in a directory, sorted; empty when it cannot be read. Uses `ls`, which every guest has (busybox's too).
[[nodiscard]] std::vector<std::string> list_directory(Shell& shell, const std::string& path);
/// The last component of a symbolic link's target, or "": "../../bus/pci/drivers/igb" is "igb".
[[nodiscard]] std::string link_name(Shell& shell, const std::string& path);
/// A file's contents without the surrounding blanks, or "".
[[nodiscard]] std::string read_word(Shell& shell, const std::string& path);

}  // namespace sriov::xen
