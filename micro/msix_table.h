// Where a PCI function has its table of MSI-X vectors.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/result.h"
#include "micro/pci_functions.h"

namespace sriov {

struct MsixTable {
  unsigned bar = 0;
  std::uint32_t offset = 0;  ///< In the BAR.
  unsigned vectors = 0;
  bool is_enabled = false;  ///< Its driver uses it.
};

/// From configuration space (needs its first 256 bytes, which root alone may read); nullopt when it has none or the
/// bytes make no sense.
[[nodiscard]] std::optional<MsixTable> parse_msix_capability(std::string_view config);

/// A vector that nobody uses, in mapped memory: masked, with no address to send to. Its control word is put back when
/// the object goes.
class SpareMsixVector {
 public:
  /// `environment` error when the function has no MSI-X, no driver uses it, or all vectors are in use.
  [[nodiscard]] static Result<SpareMsixVector> open(const MicroPciFunction& function);
  SpareMsixVector(SpareMsixVector&&) noexcept;
  SpareMsixVector& operator=(SpareMsixVector&&) = delete;
  SpareMsixVector(const SpareMsixVector&) = delete;
  SpareMsixVector& operator=(const SpareMsixVector&) = delete;
  ~SpareMsixVector();

  void unmask() const { *control_ = before_ & ~kMasked; }
  void mask() const { *control_ = before_ | kMasked; }
  /// Waits until the writes have arrived; its value.
  [[nodiscard]] std::uint32_t read_back() const { return *control_; }

  static constexpr std::uint32_t kMasked = 1;

 private:
  SpareMsixVector(PciMemory memory, std::size_t control_offset);
  PciMemory memory_;
  volatile std::uint32_t* control_;
  std::uint32_t before_;
};

}  // namespace sriov
