#include "runner/user_command.h"

#include <unistd.h>

#include <csignal>
#include <utility>

#include "core/time.h"

namespace sriov {
namespace {

constexpr std::int64_t kStopGraceNs = 5 * kNsPerSecond;

/// Who is not in the foreground is stopped by SIGTTOU when it sets the foreground job, unless it ignores that. Only
/// async-signal-safe calls: a new process runs it too.
void make_foreground(pid_t group) {
  void (*const before)(int) = std::signal(SIGTTOU, SIG_IGN);
  static_cast<void>(::tcsetpgrp(STDIN_FILENO, group));
  std::signal(SIGTTOU, before);
}

}  // namespace

Result<UserCommand> UserCommand::start(const Command& command) {
  const bool in_foreground = ::isatty(STDIN_FILENO) != 0 && ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
  ChildOptions options;
  options.stdin_fd = STDIN_FILENO;
  if (in_foreground) {
    options.before_exec = [] {
      make_foreground(::getpid());
      return 0;
    };
  }
  auto child = Child::start(command, options);
  if (child) return UserCommand(std::move(*child), in_foreground);
  if (in_foreground) make_foreground(::getpgrp());
  return tl::unexpected(child.error());
}

UserCommand::UserCommand(UserCommand&& other) noexcept
    : child_(std::move(other.child_)), has_terminal_(std::exchange(other.has_terminal_, false)) {}

UserCommand::~UserCommand() {
  if (has_terminal_) stop();
}

bool UserCommand::wait(std::int64_t timeout_ns) {
  if (!child_.wait(timeout_ns)) return false;
  take_terminal_back();
  return true;
}

void UserCommand::stop() {
  child_.stop(kStopGraceNs);
  take_terminal_back();
}

void UserCommand::take_terminal_back() {
  if (std::exchange(has_terminal_, false)) make_foreground(::getpgrp());
}

}  // namespace sriov
