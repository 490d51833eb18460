// What the terminal at the other end can show.
#pragma once

#include <string>
#include <string_view>

#include "analyzers/text_table.h"
#include "core/result.h"

namespace sriov::cli {

/// Colour when stdout is a terminal that has it and NO_COLOR is not set.
[[nodiscard]] TextStyle stdout_style();
/// Writes all of `text` to stdout; an error when the reader has gone or the disk is full.
[[nodiscard]] Result<void> print_stdout(std::string_view text);

}  // namespace sriov::cli
