// Lists of CPUs as the kernel writes them: "0-3,8".
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace sriov {

/// A bound for CPU numbers from outside (Linux: CONFIG_NR_CPUS is at most 8,192).
inline constexpr std::int64_t kMostCpus = 8192;

/// The CPUs of /sys/devices/system/cpu/online, smp_affinity_list and the like, in their order; empty when the text is
/// no such list or names more than there can be (Documentation/admin-guide/cputopology.rst).
[[nodiscard]] std::vector<std::int64_t> parse_cpu_list(std::string_view text);

}  // namespace sriov
