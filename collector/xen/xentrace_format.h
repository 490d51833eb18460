// The records that `xentrace` writes (xen/include/public/trace.h): little-endian 32-bit words, a header, a time,
// extras.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sriov::xentrace {

/// Header: event in bits 0-27, number of extra words in bits 28-30, "a time stamp follows" in bit 31.
constexpr std::uint32_t kEventMask = 0x0FFF'FFFF;
constexpr unsigned kExtraShift = 28;
constexpr std::uint32_t kExtraMask = 7;
constexpr std::uint32_t kHasTime = 0x8000'0000;
constexpr std::size_t kMostExtras = 7;
constexpr std::size_t kLongestRecord = 4 + 8 + 4 * kMostExtras;

/// Classes: bits 16-27. A mask given to xentrace selects classes and subclasses (bits 12-15), not their combinations.
constexpr std::uint32_t kSchedClass = 0x0002'F000;
constexpr std::uint32_t kHvmClass = 0x0008'F000;
constexpr std::uint32_t kMemoryClass = 0x0010'F000;
constexpr std::uint32_t kHardwareClass = 0x0080'F000;
/// HVM, scheduler, memory and hardware with subclasses 1 (entry and exit, run states) and 2 (handlers, interrupts).
constexpr std::uint32_t kEventsWanted = 0x009A'3000;

// General. xentrace itself writes kCpuChange before each physical CPU's window: CPU, bytes of the window.
constexpr std::uint32_t kLostRecords = 0x0001'F001;  ///< Count, domain and vCPU that is current, time of the first (2).
constexpr std::uint32_t kWrapBuffer = 0x0001'F002;
constexpr std::uint32_t kCpuChange = 0x0001'F003;

// Scheduler: vCPU in the low, domain in the high half of the first extra.
constexpr std::uint32_t kRunstateChange = 0x0002'1001;  ///< Old state in bits 8-9, new one in bits 4-5.
constexpr std::uint32_t kRunstateMask = 0x0FFF'FCCF;    ///< Leaves the states out.
constexpr std::uint32_t kContinueRunning = 0x0002'1002;
enum class Runstate : std::uint32_t { running, runnable, blocked, offline };
[[nodiscard]] constexpr Runstate old_state(std::uint32_t event) { return static_cast<Runstate>(event >> 8 & 3); }
[[nodiscard]] constexpr Runstate new_state(std::uint32_t event) { return static_cast<Runstate>(event >> 4 & 3); }
constexpr std::uint32_t kIdleDomain = 0x7FFF;

// HVM. Bit 10 says that the vCPU runs a guest of its own (nested), bit 8 that addresses are 64 bits wide.
constexpr std::uint32_t kNested = 0x400;
constexpr std::uint32_t kVmEntry = 0x0008'1001;
constexpr std::uint32_t kVmExit = 0x0008'1002;  ///< Exit code, instruction pointer.
constexpr std::uint32_t kVmExit64 = 0x0008'1102;
constexpr std::uint32_t kInjectInterrupt = 0x0008'2004;    ///< Vector, 1 when it is a stand-in.
constexpr std::uint32_t kReinjectInterrupt = 0x0008'2005;  ///< One whose delivery an exit had cut short.
constexpr std::uint32_t kAcceleratedEoi = 0x0008'2025;     ///< An end of interrupt that needed no emulation (VT-x).

// Memory: the domain that grants.
constexpr std::uint32_t kGrantMap = 0x0010'F001;
constexpr std::uint32_t kGrantUnmap = 0x0010'F002;

// Hardware: IRQ, low halves of the times when its handler began and ended.
constexpr std::uint32_t kIrqHandled = 0x0080'2008;

struct Record {
  std::uint32_t pcpu = 0;
  std::uint32_t event = 0;
  bool has_time = false;
  std::uint64_t tsc = 0;  ///< Cycles of the time stamp counter; 0 without has_time.
  std::size_t extras = 0;
  std::array<std::uint32_t, kMostExtras> extra{};  ///< 0 from `extras` on.
};

}  // namespace sriov::xentrace
