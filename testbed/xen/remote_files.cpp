#include "testbed/xen/remote_files.h"

#include <algorithm>

#include "core/text.h"

namespace sriov::xen {
namespace {
constexpr std::int64_t kTimeoutNs = 20'000'000'000;
}

std::vector<std::string> list_directory(Shell& shell, const std::string& path) {
  std::vector<std::string> names;
  const auto listing = shell.run({"ls", "-1", path}, kTimeoutNs);
  if (!listing || listing->exit_code != 0) return names;
  for (const std::string& line : split(listing->out, '\n'))
    if (!trim(line).empty()) names.emplace_back(trim(line));
  std::ranges::sort(names);
  return names;
}

std::string link_name(Shell& shell, const std::string& path) {
  const auto link = shell.run({"readlink", path}, kTimeoutNs);
  if (!link || link->exit_code != 0) return {};
  const std::string target(trim(link->out));
  const auto slash = target.rfind('/');
  return slash == std::string::npos ? target : target.substr(slash + 1);
}

std::string read_word(Shell& shell, const std::string& path) {
  const auto contents = shell.read(path);
  return contents ? std::string(trim(*contents)) : std::string();
}

}  // namespace sriov::xen
