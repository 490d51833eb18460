#include "host/process_stat.h"

#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/text.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr std::size_t kFirstAfterName = 3;  // Fields are counted from 1, as proc_pid_stat(5) does.
constexpr std::size_t kState = 3 - kFirstAfterName;
constexpr std::size_t kParent = 4 - kFirstAfterName;
constexpr std::size_t kUserTime = 14 - kFirstAfterName;
constexpr std::size_t kStartTime = 22 - kFirstAfterName;

std::optional<pid_t> to_pid(std::string_view text) {
  const auto number = to_int(text);
  if (!number || *number < 0 || *number > std::numeric_limits<pid_t>::max()) return std::nullopt;
  return static_cast<pid_t>(*number);
}

}  // namespace

std::optional<ProcessStat> parse_process_stat(std::string_view line) {
  const std::size_t name_begin = line.find(" (");
  const std::size_t name_end = line.rfind(')');  // The name may hold some, nothing behind it does.
  if (name_begin == std::string_view::npos || name_end == std::string_view::npos || name_end < name_begin)
    return std::nullopt;
  const std::vector<std::string> fields = split(trim(line.substr(name_end + 1)), ' ');
  if (fields.size() <= kStartTime || fields[kState].size() != 1) return std::nullopt;
  const auto pid = to_pid(line.substr(0, name_begin));
  const auto parent = to_pid(fields[kParent]);
  const auto user = to_int(fields[kUserTime]);
  const auto start = to_int(fields[kStartTime]);
  if (!pid || !parent || !user || !start) return std::nullopt;
  return ProcessStat{*pid, fields[kState].front(), *parent, *user, *start};
}

std::optional<ProcessStat> read_process_stat(pid_t pid) {
  const auto line = read_file(fmt::format("/proc/{}/stat", pid));
  return line ? parse_process_stat(*line) : std::nullopt;
}

}  // namespace sriov
