#include "host/lab_files.h"

#include <cstdlib>

namespace sriov {

std::string lab_state_directory() {
  if (const char* given = std::getenv("SRIOV_BENCH_LAB_STATE"); given != nullptr && *given != '\0') return given;
  if (const char* runtime = std::getenv("XDG_RUNTIME_DIR"); runtime != nullptr && *runtime != '\0')
    return std::string(runtime) + "/sriov-bench/lab";
  return "/run/sriov-bench/lab";
}

std::string lab_monitor_path() { return lab_state_directory() + "/monitor"; }
std::string lab_trace_path() { return lab_state_directory() + "/trace"; }

}  // namespace sriov
