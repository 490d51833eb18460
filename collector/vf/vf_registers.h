// The counters that an Intel 82576 keeps of each VF, read from the PF's own registers: its Linux driver reports none.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "collector/vf/vf_message.h"
#include "collector/vf/vf_ports.h"
#include "core/result.h"

namespace sriov {

/// A 32-bit counter made 64 bits wide, starting from its first reading.
class WideCounter {
 public:
  /// The value after a reading; kAbsent for a fall that is no wrap: the counter was reset, and what is counted from
  /// then on goes on from before. `most_rise`: more than it can have risen since the last reading.
  std::int64_t take(std::uint32_t reading, std::int64_t most_rise);

 private:
  bool is_first_ = true;
  std::uint32_t before_ = 0;
  std::int64_t value_ = 0;
};

/// A read-only map of the card's registers. Does not touch the card but by reading; the counters are not cleared by it.
class VfRegisters {
 public:
  /// Whether the card is one whose registers are known: 8086:10c9 and its kin.
  [[nodiscard]] static bool knows(const VfPort& port);
  /// Maps the registers of a card that is known. `environment` error with what to do where the kernel refuses:
  /// lockdown, or memory that a driver has claimed (CONFIG_IO_STRICT_DEVMEM without iomem=relaxed).
  [[nodiscard]] static Result<VfRegisters> open(const VfPort& port);

  VfRegisters(VfRegisters&&) noexcept;
  VfRegisters& operator=(VfRegisters&&) noexcept;
  VfRegisters(const VfRegisters&) = delete;
  VfRegisters& operator=(const VfRegisters&) = delete;
  ~VfRegisters();

  /// The counters of VF `index` at `now_ns`, 64 bits wide; what the card does not count is absent. Bytes include the
  /// frame check sequence, as the card's port counters do. Must be asked often enough: bytes wrap every 34 s at 1
  /// Gbit/s.
  [[nodiscard]] VfCounters read(unsigned index, std::int64_t now_ns);

 private:
  struct State;
  explicit VfRegisters(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sriov
