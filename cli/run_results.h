// What `run` leaves for people beside the database, and what it prints at the end.
#pragma once

#include <string>

#include "core/result.h"

namespace sriov::cli {

/// Writes DIRECTORY/summary.csv and DIRECTORY/samples.csv from the run in it.
[[nodiscard]] Result<void> write_result_files(const std::string& directory);
/// Prints the comparison table to stdout and says on stderr where the CSV files are.
[[nodiscard]] Result<void> print_comparison(const std::string& directory);

}  // namespace sriov::cli
