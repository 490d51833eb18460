// Files that ship with the tool: experiments, lab scripts, agents.
#pragma once

#include <string>

#include "core/result.h"

namespace sriov {

/// The folder of shipped configuration (`configs/` of the source tree, or share/sriov-bench/configs when installed):
/// $SRIOV_BENCH_CONFIGS, else found from this executable's place.
[[nodiscard]] Result<std::string> config_directory();
/// The absolute path of a program that is built with this one ("sriov-bench-agent"): beside this executable, in
/// the build tree, or in PATH.
[[nodiscard]] Result<std::string> companion_program(const std::string& name);

}  // namespace sriov
