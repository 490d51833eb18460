// What Xen leaves of the IOMMU's counters to dom0: nothing.
#pragma once

#include <string_view>

#include "host/file.h"
#include "host/host.h"

namespace sriov {

[[nodiscard]] inline bool is_xen(const Host& host) { return read_word(host.sys + "/hypervisor/type") == "xen"; }

/// xen/drivers/passthrough/vtd/dmar.c takes the DMAR table from dom0, so Linux makes no dmar PMU; AMD's IOMMU is made
/// read-only to it; the MSRs of uncore counters are refused to every domain (since 4.15 all that are not listed are).
inline constexpr std::string_view kXenHidesIotlb =
    "Xen owns the IOMMU: it hides the DMAR table and AMD's IOMMU from dom0 and refuses the MSRs of uncore counters";
inline constexpr std::string_view kXenInstead =
    "measure misses per MiB of this card under Linux on the bare machine, compare with a Xen booted with iommu=no (no "
    "VFs then), or see the lab's emulated IOMMU";

}  // namespace sriov
