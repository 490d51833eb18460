// How a change to a machine is made: how to undo it is recorded first.
#pragma once

#include <functional>
#include <string>

#include "core/result.h"
#include "host/journal.h"
#include "host/shell.h"

namespace sriov::xen {

/// Called before every change. On a real host it is Journal::record; where the whole machine is thrown away afterwards
/// (the lab) it may do nothing.
using RecordChange = std::function<Result<void>(const JournalEntry&)>;

/// A machine that is being changed: commands and files, and where to record what undoes them.
struct ChangingMachine {
  Shell& shell;
  RecordChange record;

  /// Records, then runs `command`.
  [[nodiscard]] Result<void> change(const std::string& what, std::vector<Command> undo, const Command& command) const;
  /// Records, then writes `value` to a kernel file. Undone by writing back what it holds now; nothing happens when it
  /// already holds `value`.
  [[nodiscard]] Result<void> set_kernel_file(const std::string& what, const std::string& path,
                                             const std::string& value) const;
};

/// `command`, never failing: an undo must be harmless when the change never happened.
[[nodiscard]] Command quietly(const Command& command);

}  // namespace sriov::xen
