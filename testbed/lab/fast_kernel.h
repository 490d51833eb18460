// Guest kernels that need no boot loader inside the guest.
#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"

namespace sriov::lab {

// The device model of a guest hands kernel and initramfs over byte by byte, 0.5 MB/s in an emulated machine, and then
// the guest unpacks them. Instead both are put into guest memory before it starts (QEMU's `loader` device, unpacked),
// and what the guest boots is a stub of 20 KB that jumps there.
constexpr std::uint64_t kGuestKernelAddress = 0x1000000;  ///< Where a kernel is linked to run: 16 MiB.
constexpr std::uint64_t kGuestInitrdAddress = 0x8000000;  ///< 128 MiB: above the kernel with its bss.

/// Unpacks the kernel of a bzImage (XZ inside) into the flat memory image that belongs at kGuestKernelAddress.
[[nodiscard]] Result<void> unpack_kernel(const std::string& bzimage, const std::string& out);
/// The stub: the bzImage's own set-up part with a protected-mode part that enters long mode and jumps to the kernel at
/// kGuestKernelAddress, with `initrd_bytes` of initramfs at kGuestInitrdAddress.
[[nodiscard]] Result<void> write_stub(const std::string& bzimage, std::uint32_t initrd_bytes, const std::string& out);

}  // namespace sriov::lab
