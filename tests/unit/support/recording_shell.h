// A machine for tests: reads come from a captured tree, changes are written down instead of made.
#pragma once

#include <string>
#include <vector>

#include "core/text.h"
#include "host/journal.h"
#include "testbed/doctor/tree_shell.h"

namespace sriov::test {

class RecordingShell : public Shell {
 public:
  explicit RecordingShell(const std::string& tree) : tree_(std::string(SRIOV_FIXTURES) + "/trees/" + tree) {}

  Result<CommandOutput> run(const Command& command, std::int64_t timeout_ns) override {
    auto answer = tree_.run(command, timeout_ns);
    if (!answer || answer->exit_code != 127) return answer;
    done.push_back(join(command, " "));
    return CommandOutput{};
  }
  Result<std::string> read(const std::string& path) override { return tree_.read(path); }
  Result<void> write(const std::string& path, std::string_view contents) override {
    done.push_back("write " + path + " " + std::string(contents));
    return {};
  }
  [[nodiscard]] std::string name() const override { return "dom0"; }

  /// For RecordChange: notes the change in the same list, so that tests see the order.
  Result<void> record(const JournalEntry& entry) {
    done.push_back("record " + entry.what);
    for (const Command& command : entry.undo) undo.push_back(join(command, " "));
    return {};
  }

  std::vector<std::string> done;
  std::vector<std::string> undo;

 private:
  doctor::TreeShell tree_;
};

}  // namespace sriov::test
