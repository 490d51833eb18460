// The per-CPU lines of /proc/stat (Documentation/filesystems/proc.rst, "Miscellaneous kernel statistics").
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/cpu_list.h"

namespace sriov {

inline constexpr std::array<std::string_view, 10> kCpuModes{"user", "nice",    "system", "idle",  "iowait",
                                                            "irq",  "softirq", "steal",  "guest", "guest_nice"};

/// No tick count beyond this is real: 285 years at 100 Hz.
inline constexpr std::int64_t kMostTicks = 900'000'000'000;

/// The ticks of one CPU; the modes that an older kernel does not have are kAbsent.
struct CpuTicks {
  std::int64_t cpu = 0;
  std::array<std::int64_t, kCpuModes.size()> ticks{};
};

/// The online CPUs of a /proc/stat, in its order; lines that are not of that form are left out. `out` is overwritten
/// and keeps its memory.
void parse_proc_stat(std::string_view text, std::vector<CpuTicks>& out);

}  // namespace sriov
