// What the kernel tells of one process in a line (proc_pid_stat(5)).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace sriov {

/// The fields of /proc/PID/stat that are wanted here. Ticks are those of sysconf(_SC_CLK_TCK).
struct ProcessStat {
  pid_t pid = 0;                 ///< Field 1.
  char state = '?';              ///< Field 3: 'R', 'S', …; 'Z' and 'X' have ended.
  pid_t parent = 0;              ///< Field 4.
  std::int64_t user_ticks = 0;   ///< Field 14: time in user mode.
  std::int64_t start_ticks = 0;  ///< Field 22: when it started, since boot. With the pid it is unique until a reboot.

  /// A zombie is only waiting for its parent.
  [[nodiscard]] bool has_ended() const { return state == 'Z' || state == 'X'; }
};

/// nullopt when it is not such a line. The command's name may hold blanks and brackets.
[[nodiscard]] std::optional<ProcessStat> parse_process_stat(std::string_view line);
/// nullopt when there is no such process, or /proc hides it.
[[nodiscard]] std::optional<ProcessStat> read_process_stat(pid_t pid);

}  // namespace sriov
