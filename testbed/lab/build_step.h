// One long-running script: logged, with its stages as progress, stopped by Ctrl-C, and gone with us.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/result.h"
#include "host/shell.h"
#include "testbed/testbed.h"

namespace sriov::lab {

struct BuildStep {
  std::string name;  ///< For errors: "building the root file system".
  Command command;
  std::map<std::string, std::string> environment;
  std::string log;  ///< Appended to.
};

/// Runs it to its end. The log's last line "## TEXT" is the stage, told several times a second. It runs in a pid
/// namespace of its own, so that every process it started ends with it, and it with us. The error carries the log's
/// last lines.
[[nodiscard]] Result<void> run_step(const BuildStep& step, const Progress& progress,
                                    const std::function<bool()>& should_stop);

}  // namespace sriov::lab
