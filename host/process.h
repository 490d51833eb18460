// Child processes that never outlive us by accident.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "host/file.h"
#include "host/shell.h"

namespace sriov {

/// How to start a child. Descriptors that are not given are /dev/null (stdin) or inherited (stdout, stderr).
struct ChildOptions {
  int stdin_fd = -1;
  int stdout_fd = -1;
  int stderr_fd = -1;
  std::vector<int> keep_fds;  ///< Kept open across exec under the same numbers.
  /// PR_SET_PDEATHSIG: a killed controller leaves no orphan. The kernel means the *thread* that called start(): a
  /// child that must outlive that thread needs false.
  bool die_with_parent = true;
  bool new_session = false;          ///< setsid(): out of the terminal's Ctrl-C.
  std::function<int()> before_exec;  ///< Runs in the child after fork (async-signal-safe code only); non-zero aborts.
};

/// CPU time of a child, all its threads together, with what it has reaped. While it runs the total is exact and the
/// split is in the kernel's ticks (10 ms); once it has ended both are getrusage's, to the microsecond.
struct ChildCpuTime {
  std::int64_t total_ns = 0;
  std::int64_t user_ns = 0;
  std::int64_t system_ns = 0;
};

/// A running child, killed (its whole process group) and reaped when the object goes.
class Child {
 public:
  Child() = default;
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  /// Finds the program (find_program), forks and executes it in a process group of its own with the default signal
  /// dispositions. Descriptors that are not in `options` are closed. Fails, naming the program, when it cannot be
  /// executed or `before_exec` aborts.
  [[nodiscard]] static Result<Child> start(const Command& command, const ChildOptions& options);

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// A pidfd, readable once the child has ended; -1 where the kernel has none (before Linux 5.3).
  [[nodiscard]] int exit_fd() const { return pidfd_.get(); }
  [[nodiscard]] bool is_running();
  /// Exit code (128 + signal), waiting up to `timeout_ns`; an error when it still runs then.
  [[nodiscard]] Result<int> wait(std::int64_t timeout_ns);
  /// So far, or of its whole life. Absent when /proc does not tell it (the child is just ending, or hidepid).
  [[nodiscard]] std::optional<ChildCpuTime> cpu_time() const;
  /// Sends `number` to the child alone, if it is not reaped yet.
  void signal(int number) const;
  /// SIGTERM to the group, then SIGKILL to what is left of it when the child has ended or after `grace_ns`; reaps.
  void stop(std::int64_t grace_ns = 2 * kNsPerSecond);
  /// Lets it live on by itself.
  pid_t detach();

 private:
  void reap();
  [[nodiscard]] bool wait_for_exit(std::int64_t timeout_ns) const;

  pid_t pid_ = -1;
  int exit_code_ = -1;  ///< Set once it is reaped: from then on pid_ may belong to somebody else.
  ChildCpuTime reaped_cpu_;
  Fd pidfd_;
};

/// Finds a program in PATH and the usual sbin folders; "" when it is not there.
[[nodiscard]] std::string find_program(const std::string& name);

}  // namespace sriov
