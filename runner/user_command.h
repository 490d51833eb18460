// The command that a recording runs beside itself: the user's own, with the terminal it would have had.
#pragma once

#include <cstdint>

#include "core/result.h"
#include "host/process.h"
#include "host/shell.h"

namespace sriov {

/// Has our stdin, stdout and stderr. When we are the terminal's foreground job, it becomes that instead of us until it
/// ends: it can read the keyboard, and Ctrl-C goes to it.
class UserCommand {
 public:
  [[nodiscard]] static Result<UserCommand> start(const Command& command);
  UserCommand(UserCommand&& other) noexcept;
  UserCommand& operator=(UserCommand&&) = delete;
  UserCommand(const UserCommand&) = delete;
  UserCommand& operator=(const UserCommand&) = delete;
  ~UserCommand();

  /// Readable once it has ended; -1 where the kernel has no pidfd.
  [[nodiscard]] int exit_fd() const { return child_.exit_fd(); }
  /// Waits at most `timeout_ns`; true once it has ended.
  [[nodiscard]] bool wait(std::int64_t timeout_ns);
  /// SIGTERM to its process group, SIGKILL when it does not end in time.
  void stop();
  /// 128 + signal for one that was killed; once it has ended.
  [[nodiscard]] int exit_code() { return child_.wait(0).value_or(-1); }

 private:
  UserCommand(Child child, bool has_terminal) : child_(std::move(child)), has_terminal_(has_terminal) {}
  void take_terminal_back();

  Child child_;
  bool has_terminal_;
};

}  // namespace sriov
