// Crash-safe list of what we changed on a system and how to undo it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "host/shell.h"

namespace sriov {

/// One change and the commands that put it back, kept on disk before the change is made.
struct JournalEntry {
  std::string what;           ///< "2 VFs on 0000:01:00.0", for people.
  std::vector<Command> undo;  ///< Run in order; each must be harmless when the change never happened.
};

/// Write-ahead journal of one session. Every entry is on disk (fsync) before record() returns; restore() runs the
/// undo commands newest first and removes the file. A journal whose owner is dead is picked up by the next command.
class Journal {
 public:
  /// Directory that holds journals: $SRIOV_BENCH_STATE or /var/lib/sriov-bench (root), else XDG_STATE_HOME.
  [[nodiscard]] static std::string directory();
  /// Opens a new journal owned by this process. `owner` names the session for people: "run vf-vs-netfront".
  [[nodiscard]] static Result<Journal> open(const std::string& directory, const std::string& owner);
  /// Journals in `directory` whose owner is no longer alive (pid and start time): what a crash left behind.
  [[nodiscard]] static std::vector<std::string> abandoned(const std::string& directory);
  /// Undoes an abandoned journal file. Returns what was put back; failures are collected in the error. Entries whose
  /// undo failed stay in the file for the next try (three at most); lines that cannot be understood are set aside in
  /// PATH.damaged and everything else is undone. Refuses the journal of a living process and files of other users.
  [[nodiscard]] static Result<std::vector<std::string>> restore_file(const std::string& path, Shell& shell);

  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();  ///< Leaves the file when entries were recorded (a crash would too): call restore() first.

  [[nodiscard]] Result<void> record(const JournalEntry& entry);
  /// Puts everything back on `shell`, newest first, and removes the file; failures as in restore_file(). Nothing can be
  /// recorded afterwards.
  [[nodiscard]] Result<std::vector<std::string>> restore(Shell& shell);

 private:
  struct State;
  explicit Journal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sriov
