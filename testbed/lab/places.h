// Where the lab keeps things.
#pragma once

#include <string>

#include "core/result.h"

namespace sriov::lab {

/// Images and logs: $SRIOV_BENCH_CACHE, else $XDG_CACHE_HOME/sriov-bench, else ~/.cache/sriov-bench; plus "/lab".
[[nodiscard]] std::string cache_directory();
/// The shipped scripts: configs/lab.
[[nodiscard]] Result<std::string> script_directory();
/// Removes the oldest files of `directory` whose names begin with `prefix`, but for the newest `keep` by name.
void keep_newest(const std::string& directory, const std::string& prefix, std::size_t keep);
/// The last `lines` lines of a file, for errors; "" when it cannot be read.
[[nodiscard]] std::string tail(const std::string& path, std::size_t lines);

}  // namespace sriov::lab
