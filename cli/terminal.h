// What the terminal at the other end can show.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "report/text/text_table.h"

namespace sriov::cli {

/// Colour when stdout is a terminal that has it and NO_COLOR is not set.
[[nodiscard]] TextStyle stdout_style();
/// The error of a failed write to stdout. When its reader has gone (`… | head`) the process ends here by SIGPIPE, as
/// other commands do; to be called by those that only print and have nothing to put back.
[[nodiscard]] tl::unexpected<Error> fail_stdout();
/// Writes all of `text` to stdout, else fail_stdout().
[[nodiscard]] Result<void> print_stdout(std::string_view text);

}  // namespace sriov::cli
