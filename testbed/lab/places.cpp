#include "testbed/lab/places.h"

#include <cstdlib>
#include <filesystem>

#include "core/text.h"
#include "host/data_files.h"
#include "host/file.h"

namespace sriov::lab {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::string cache_root() {
  if (std::string given = variable("SRIOV_BENCH_CACHE"); !given.empty()) return given;
  if (const std::string given = variable("XDG_CACHE_HOME"); !given.empty()) return given + "/sriov-bench";
  const std::string home = variable("HOME");
  return home.empty() ? "/var/cache/sriov-bench" : home + "/.cache/sriov-bench";
}

}  // namespace

std::string cache_directory() { return std::filesystem::absolute(cache_root() + "/lab").lexically_normal().string(); }

Result<std::string> script_directory() {
  SRIOV_ASSIGN(const std::string configs, config_directory());
  const std::string directory = std::filesystem::absolute(configs + "/lab").lexically_normal().string();
  if (!exists(directory + "/build-root.sh"))
    return fail_environment("the lab's scripts are not in the configs folder", directory,
                            "set SRIOV_BENCH_CONFIGS to the configs folder of the source tree");
  return directory;
}

void keep_newest(const std::string& directory, const std::string& prefix, std::size_t keep) {
  std::vector<std::string> names;
  for (const std::string& name : list_directory(directory))
    if (name.starts_with(prefix)) names.push_back(name);
  std::error_code ignored;
  for (std::size_t i = 0; i + keep < names.size(); ++i)
    std::filesystem::remove_all(directory + "/" + names[i], ignored);
}

std::string tail(const std::string& path, std::size_t lines) {
  const auto text = read_file(path);
  return text ? join(last_lines(*text, lines), "\n") : std::string();
}

}  // namespace sriov::lab
