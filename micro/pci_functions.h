// The PCI functions of a machine, as micro-benchmarks choose among them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "host/file.h"
#include "host/host.h"

namespace sriov {

struct MicroPciFunction {
  std::string address;  ///< "0000:01:10.0".
  std::string folder;   ///< In sysfs.
  std::string vendor;   ///< "0x8086".
  std::string device;   ///< "0x10ca".
  std::string driver;   ///< "igbvf"; "" when it has none.
  bool is_network = false;
  bool is_assigned = false;  ///< To a guest (pciback, vfio-pci): its memory is not this machine's to touch.
  bool is_vf = false;        ///< Has a physical function here, or is a VF by its numbers (in a guest).
};

/// All of them: VFs first, then other network cards, then the rest; by address among their like.
[[nodiscard]] std::vector<MicroPciFunction> scan_pci_functions(const Host& host);

/// Where a known VF has its status register, which nothing but reading it reads: an offset in BAR 0.
[[nodiscard]] std::optional<std::uint32_t> vf_status_register(const MicroPciFunction& function);

/// A part of a function's memory, mapped through sysfs for as long as the object lives.
class PciMemory {
 public:
  /// Maps `bytes` (whole pages) of BAR `bar` from `offset`, a multiple of the page size. An `environment` error with
  /// what to do where the kernel refuses.
  [[nodiscard]] static Result<PciMemory> open(const MicroPciFunction& function, unsigned bar, std::uint64_t offset,
                                              std::size_t bytes, bool writable);
  PciMemory(PciMemory&& other) noexcept;
  PciMemory& operator=(PciMemory&&) = delete;
  PciMemory(const PciMemory&) = delete;
  PciMemory& operator=(const PciMemory&) = delete;
  ~PciMemory();

  [[nodiscard]] volatile std::uint32_t* word(std::size_t byte_offset) const;

 private:
  PciMemory(void* memory, std::size_t bytes) : memory_(memory), bytes_(bytes) {}
  void* memory_;
  std::size_t bytes_;
};

/// What the bus answers for a device that does not.
inline constexpr std::uint32_t kNoAnswer = 0xffffffff;

}  // namespace sriov
