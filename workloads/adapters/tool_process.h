// Another tool as a child process of a workload's side: its output, its CPU time, its end.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/process.h"
#include "workloads/adapters/cpu_timeline.h"
#include "workloads/adapters/tool_reading.h"

namespace sriov {

/// A word of a command: a file name for the tool whose text goes to ToolCommand::log.
inline constexpr const char* kToolLogPath = "@log";

/// What is started.
struct ToolCommand {
  Command words;
  std::string cpus;                           ///< All its threads may use these alone: "0,2-3"; "" = free.
  std::function<void(std::string_view)> log;  ///< Gets what is written to kToolLogPath as it comes; may be null.
};

/// Killed when the object or the calling thread goes. One thread only.
class ToolProcess {
 public:
  /// "It is not installed" is an environment error.
  [[nodiscard]] static Result<ToolProcess> start(ToolCommand command);

  /// Reads what comes and samples its CPU time until it has ended or the deadline is there, or until `other_fd`
  /// (-1 = none) has something to read. Errors: more output than can be kept.
  [[nodiscard]] Result<void> pump(std::int64_t deadline_ns, int other_fd);
  /// Ended, and all of its output is here.
  [[nodiscard]] bool has_ended() const { return ended_ns_ != 0; }
  [[nodiscard]] pid_t pid() const { return child_.pid(); }
  /// Asks it to end and to print what it has, as Ctrl-C does.
  void interrupt() const;
  /// Until it ends; after `patience_ns` it is killed.
  [[nodiscard]] Result<void> wait(std::int64_t patience_ns);

  /// CLOCK_MONOTONIC; ended_ns() is 0 while it runs.
  [[nodiscard]] std::int64_t started_ns() const { return started_ns_; }
  [[nodiscard]] std::int64_t ended_ns() const { return ended_ns_; }
  [[nodiscard]] ToolOutput output(bool interrupted) const { return {out_, err_, exit_code_, interrupted}; }
  [[nodiscard]] const CpuTimeline& cpu() const { return cpu_; }

 private:
  /// False at the end of that stream.
  [[nodiscard]] Result<bool> take(Fd& fd, std::string& into);
  [[nodiscard]] Result<void> take_all();
  void sample();
  void end(int exit_code);

  Child child_;
  Fd out_fd_;
  Fd err_fd_;
  Fd log_fd_;
  std::function<void(std::string_view)> log_;
  std::string out_;
  std::string err_;
  CpuTimeline cpu_;
  std::int64_t started_ns_ = 0;
  std::int64_t ended_ns_ = 0;
  int exit_code_ = 0;
};

}  // namespace sriov
