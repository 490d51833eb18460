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

}  // namespace

std::optional<ProcessStat> parse_process_stat(std::string_view line) {
  const std::size_t name_end = line.rfind(')');  // Only the name can hold one.
  if (name_end == std::string_view::npos) return std::nullopt;
  const std::vector<std::string> fields = split(trim(line.substr(name_end + 1)), ' ');
  if (fields.size() <= kStartTime || fields[kState].size() != 1) return std::nullopt;
  const auto parent = to_int(fields[kParent]);
  const auto user = to_int(fields[kUserTime]);
  const auto start = to_int(fields[kStartTime]);
  if (!parent || *parent < 0 || *parent > std::numeric_limits<pid_t>::max() || !user || !start) return std::nullopt;
  return ProcessStat{fields[kState].front(), static_cast<pid_t>(*parent), *user, *start};
}

std::optional<ProcessStat> read_process_stat(pid_t pid) {
  const auto line = read_file(fmt::format("/proc/{}/stat", pid));
  return line ? parse_process_stat(*line) : std::nullopt;
}

}  // namespace sriov
