#include "micro/cpu_flags.h"

#include <algorithm>

#include "core/text.h"
#include "host/file.h"

namespace sriov {

bool has_cpu_flag(const Host& host, std::string_view flag) {
  const auto text = read_file(host.proc + "/cpuinfo");
  if (!text) return false;
  for (const std::string& line : split(*text, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || trim(std::string_view(line).substr(0, colon)) != "flags") continue;
    const auto words = split(trim(std::string_view(line).substr(colon + 1)), ' ');
    return std::find(words.begin(), words.end(), flag) != words.end();
  }
  return false;
}

}  // namespace sriov
