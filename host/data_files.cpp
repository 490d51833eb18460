#include "host/data_files.h"

#include <cstdlib>
#include <filesystem>

#include "host/file.h"
#include "host/process.h"

namespace sriov {
namespace {

namespace fs = std::filesystem;

fs::path executable_directory() { return fs::path(read_link("/proc/self/exe")).parent_path(); }

}  // namespace

Result<std::string> config_directory() {
  if (const char* set = std::getenv("SRIOV_BENCH_CONFIGS")) return std::string(set);
  // Installed: bin/../share/sriov-bench/configs. Built: build/PRESET/FOLDER/../../../configs.
  for (const char* candidate : {"../share/sriov-bench/configs", "../../../configs", "../../../../configs"}) {
    const fs::path path = executable_directory() / candidate;
    if (exists(path / "experiments")) return path.lexically_normal().string();
  }
  return fail_environment("the shipped configs folder was not found beside this program", {},
                          "set SRIOV_BENCH_CONFIGS to the configs folder of the source tree");
}

Result<std::string> companion_program(const std::string& name) {
  for (const char* folder : {".", "../agent/main", "../../agent/main", "../cli", "../../cli", "../gui", "../micro/main",
                             "../../micro/main"}) {
    const fs::path path = executable_directory() / folder / name;
    if (exists(path) && !fs::is_directory(path)) return path.lexically_normal().string();
  }
  const std::string found = find_program(name);
  if (!found.empty()) return found;
  return fail_environment("cannot find " + name, {}, "build it, or put its folder into PATH");
}

}  // namespace sriov
