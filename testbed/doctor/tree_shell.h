// A captured machine as a Shell: files below a folder, and the recorded output of commands.
#pragma once

#include <string>

#include "host/shell.h"

namespace sriov::doctor {

/// `read("/sys/x")` reads ROOT/sys/x. `run` answers `ls -1 PATH` and `readlink PATH` from the tree, and any other
/// command from ROOT/commands/NAME.txt, NAME being the words joined with '_' and every '/' replaced by '-'
/// ("xl_list_-l.txt"); a command that was not recorded exits with 127, as one that is not installed. Writing fails.
class TreeShell : public Shell {
 public:
  explicit TreeShell(std::string root) : root_(std::move(root)) {}

  [[nodiscard]] Result<CommandOutput> run(const Command& command, std::int64_t timeout_ns) override;
  [[nodiscard]] Result<std::string> read(const std::string& path) override;
  [[nodiscard]] Result<void> write(const std::string& path, std::string_view contents) override;
  [[nodiscard]] std::string name() const override { return "captured tree"; }

 private:
  std::string root_;
};

}  // namespace sriov::doctor
