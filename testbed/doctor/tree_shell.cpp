#include "testbed/doctor/tree_shell.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.h"
#include "host/file.h"

namespace sriov::doctor {
namespace {
constexpr int kNotFound = 127;
}

Result<CommandOutput> TreeShell::run(const Command& command, std::int64_t /*timeout_ns*/) {
  if (command.empty()) return fail("an empty command");
  if (command.front() == "ls") {
    const auto names = list_directory(root_ + command.back());
    return CommandOutput{names.empty() ? 2 : 0, join(names, "\n") + "\n", {}};
  }
  if (command.front() == "readlink") {
    const std::string target = read_link(root_ + command.back());
    return CommandOutput{target.empty() ? 1 : 0, target + "\n", {}};
  }
  std::string name = join(command, "_");
  std::ranges::replace(name, '/', '-');
  auto recorded = read_file(fmt::format("{}/commands/{}.txt", root_, name));
  if (!recorded) return CommandOutput{kNotFound, {}, fmt::format("{}: not recorded in this tree", command.front())};
  return CommandOutput{0, std::move(*recorded), {}};
}

Result<std::string> TreeShell::read(const std::string& path) { return read_file(root_ + path); }

Result<void> TreeShell::write(const std::string& path, std::string_view /*contents*/) {
  return fail("a captured tree cannot be changed", path);
}

}  // namespace sriov::doctor
