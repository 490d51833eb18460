#include "host/remote_files.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "core/text.h"

namespace sriov {
namespace {

constexpr std::int64_t kTimeoutNs = 20'000'000'000;

}  // namespace

Result<std::vector<std::string>> try_list_directory(Shell& shell, const std::string& path) {
  SRIOV_ASSIGN(const std::string listing, shell.output_of({"ls", "-1", path}, kTimeoutNs));
  std::vector<std::string> names;
  for (const std::string& line : split(listing, '\n'))
    if (!trim(line).empty()) names.emplace_back(trim(line));
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> list_directory(Shell& shell, const std::string& path) {
  return try_list_directory(shell, path).value_or(std::vector<std::string>());
}

std::string link_name(Shell& shell, const std::string& path) {
  const auto link = shell.run({"readlink", path}, kTimeoutNs);
  if (!link || link->exit_code != 0) return {};
  return std::filesystem::path(trim(link->out)).filename().string();
}

std::string read_word(Shell& shell, const std::string& path) {
  const auto contents = shell.read(path);
  return contents ? std::string(trim(*contents)) : std::string();
}

Result<std::int64_t> read_number(Shell& shell, const std::string& path) {
  SRIOV_ASSIGN(const std::string text, shell.read(path));
  const auto value = to_int(trim(text));
  if (!value) return fail(fmt::format("'{}' is not a number", trim(text)), path);
  return *value;
}

}  // namespace sriov
