// What sriov-bench-micro prints, understood. It may come from another machine: nothing of it is taken for granted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace sriov {

/// A micro-benchmark and whether it can work where it was asked for.
struct MicroEntry {
  std::string name;
  std::string help;
  std::string hvm_exit;
  std::string source;
  bool is_unsafe = false;
  std::optional<Error> why_not;  ///< When it does not work there.
};
[[nodiscard]] Result<std::vector<MicroEntry>> parse_micro_list(std::string_view json);

/// One repetition.
struct MicroAnswer {
  std::optional<double> ns_per_operation;  ///< Absent with `why_not`.
  std::optional<Error> why_not;
  std::int64_t operations = 0;
  std::optional<double> cycles_per_operation;  ///< Absent with `why_no_cycles`.
  std::string why_no_cycles;
};
[[nodiscard]] Result<MicroAnswer> parse_micro_answer(std::string_view json);

}  // namespace sriov
