// Directories, links and numbers of the machine behind a Shell, which itself only runs commands and reads files. Named
// as those of this machine are in host/file.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "host/shell.h"

namespace sriov {

/// Names in a directory, sorted. Uses `ls`, which every guest has (busybox's too).
[[nodiscard]] Result<std::vector<std::string>> try_list_directory(Shell& shell, const std::string& path);
/// The same; empty when it cannot be read.
[[nodiscard]] std::vector<std::string> list_directory(Shell& shell, const std::string& path);
/// The last component of a symbolic link's target, or "": "../../bus/pci/drivers/igb" is "igb".
[[nodiscard]] std::string link_name(Shell& shell, const std::string& path);
/// A file's contents without the surrounding blanks, or "".
[[nodiscard]] std::string read_word(Shell& shell, const std::string& path);
/// The integer that a file holds.
[[nodiscard]] Result<std::int64_t> read_number(Shell& shell, const std::string& path);

}  // namespace sriov
