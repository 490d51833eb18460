// What sriov-bench-micro answers, as text.
#pragma once

#include <optional>
#include <string>

#include "micro/benchmark.h"

namespace sriov {

struct MicroProgramOptions {
  std::optional<int> cpu;
  bool unsafe = false;
  double seconds = 0.1;
};

/// {"benchmarks": [{"name", "help", "hvm_exit", "source", "unsafe", "works", "error"}]}; "error" ({"what", "where",
/// "hint"}) of those that do not work.
[[nodiscard]] Result<std::string> list_json(const Host& host, const MicroProgramOptions& options);

/// {"name", "ns_per_operation", "operations", "cycles_per_operation" or "why_no_cycles"}, or {"name", "error"}.
[[nodiscard]] Result<std::string> run_json(const Host& host, const std::string& name,
                                           const MicroProgramOptions& options);

/// From now on a fault of this process is an answer, an "error", and its end.
void answer_faults();

/// The files that this program consists of: itself, its libraries, its loader last. One a line.
[[nodiscard]] std::string program_files();

}  // namespace sriov
