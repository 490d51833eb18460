// The lab's hypervisors: what each can do, and the byte that gives the packaged one nested paging.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace sriov::lab {

enum class HypervisorKind {
  package,  ///< The distribution's binary with allow_cr0_reads(): nested paging, no performance counters.
  source,   ///< Built from the distribution's source with that change and with performance counters: minutes.
  shadow,   ///< The distribution's binary as it is: guests have shadow paging.
};
inline constexpr std::array kHypervisors{HypervisorKind::package, HypervisorKind::source, HypervisorKind::shadow};

/// "package", "source" or "shadow".
[[nodiscard]] std::string to_text(HypervisorKind kind);
/// The other way round; absent for "".
[[nodiscard]] Result<std::optional<HypervisorKind>> parse_hypervisor(std::string_view text);
/// Whether guests ask for nested paging (hap=1).
[[nodiscard]] bool has_nested_paging(HypervisorKind kind);
/// Whether the collector xenperf works.
[[nodiscard]] bool has_performance_counters(HypervisorKind kind);
/// "package: nested paging, no performance counters".
[[nodiscard]] std::string describe(HypervisorKind kind);

/// Xen's ELF file `elf` with CR0 reads of guests with nested paging let through on AMD: QEMU's emulation of SVM reports
/// every `mov %crN, reg` as a read of CR0, and Xen's answer kills the guest in its first page fault. One byte changes,
/// in the one instruction that lets CR3 through. An error unless that instruction is there exactly once; `where` is for
/// errors.
[[nodiscard]] Result<std::string> allow_cr0_reads(std::string elf, const std::string& where);

}  // namespace sriov::lab
