#include "testbed/xen/changes.h"

#include "core/text.h"
#include "host/kernel_file.h"

namespace sriov::xen {

Result<void> ChangingMachine::change(const std::string& what, std::vector<Command> undo, const Command& command) const {
  SRIOV_TRY(record({what, std::move(undo)}));
  SRIOV_TRY(shell.output_of(command));
  return {};
}

Result<void> ChangingMachine::set_kernel_file(const std::string& what, const std::string& path,
                                              const std::string& value) const {
  SRIOV_ASSIGN(const std::string contents, shell.read(path));
  const std::string before(trim(contents));
  if (before == value) return {};
  SRIOV_TRY(record({what, {kernel_file_command(path, before)}}));
  return shell.write(path, value);
}

Command quietly(const Command& command) {
  Command wrapped{"sh", "-c", "\"$@\" 2>/dev/null || true", "sh"};
  wrapped.insert(wrapped.end(), command.begin(), command.end());
  return wrapped;
}

}  // namespace sriov::xen
