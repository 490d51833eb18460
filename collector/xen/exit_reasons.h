// Why a virtual CPU left its guest: the names of SVM's exit codes and VT-x's exit reasons, in a table of fixed slots.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sriov {

/// Which processor extension numbers the exits.
enum class ExitCodes { svm, vmx };

/// Every exit has a slot below this.
constexpr std::size_t kExitSlots = 150;

/// Of a processor by its vendor_id: AMD and Hygon have SVM, all others VT-x.
[[nodiscard]] ExitCodes exit_codes_of(std::string_view vendor_id);
/// Where an exit is counted: SVM's codes up to 142 and VT-x's basic reasons are their own slot, as in Xen's `vmexits`
/// performance counter, where nested page faults (0x400) are slot 143.
[[nodiscard]] std::size_t exit_slot(ExitCodes codes, std::uint32_t code);
/// The manuals' name without prefix, "NPF" or "EPT_VIOLATION"; "reason_35" for a slot whose name is not known.
[[nodiscard]] std::string exit_name(ExitCodes codes, std::size_t slot);

}  // namespace sriov
