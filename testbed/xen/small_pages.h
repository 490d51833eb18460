// Small IOMMU mappings for a guest, so that a moderate DMA footprint crosses the IOTLB's reach.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/result.h"
#include "core/time.h"
#include "testbed/xen/xl.h"

namespace sriov::xen {

/// Xen builds a guest of 2 MiB pages where it can, and maps them so in the IOMMU. What the guest's balloon gives back
/// and takes again comes in 4 KiB pages (drivers/xen/balloon.c), and the IOMMU's mappings with it. All that `guest` has
/// free goes through that but 16 MiB; it stays so until the guest is destroyed. An error when the guest has no balloon
/// driver that obeys within `timeout_ns`.
[[nodiscard]] Result<void> map_in_small_pages(Xl& xl, Shell& guest, const std::string& domain, int memory_mib,
                                              const std::function<bool()>& should_stop,
                                              std::int64_t timeout_ns = 60 * kNsPerSecond);

}  // namespace sriov::xen
