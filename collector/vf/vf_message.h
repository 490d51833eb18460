// What a PF's driver says of its VFs: the IFLA_VFINFO_LIST of an RTM_NEWLINK message, without the socket.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sriov {

/// The counters of a VF, seen from the VF; places in VfCounters.
enum VfCounter : std::size_t {
  kVfRxBytes,
  kVfTxBytes,
  kVfRxPackets,
  kVfTxPackets,
  kVfRxDropped,
  kVfTxDropped,
  kVfRxBroadcast,
  kVfRxMulticast,
  kVfCounterCount
};
/// kAbsent where not told.
using VfCounters = std::array<std::int64_t, kVfCounterCount>;

/// One VF as the message has it.
struct VfReading {
  std::uint32_t index = 0;
  VfCounters counters{};
};

/// What an RTM_NEWLINK message says of VFs.
struct VfMessage {
  std::optional<std::uint32_t> vf_count;  ///< IFLA_NUM_VF: how many the function has; nullopt for one that is no PF.
  std::vector<VfReading> vfs;  ///< May be fewer than vf_count: the list's 16-bit length holds some 64 KiB of them.
};

/// Parses the attributes that follow the ifinfomsg. Works on any bytes: what does not fit is left out. Allocates
/// nothing when `out` has had as many VFs before.
void parse_vf_message(std::span<const std::byte> attributes, VfMessage& out);

/// Decides whether the counters of a PF's VFs may be believed. The kernel fills in zeros for a driver that does not
/// implement them, and again while a driver cannot answer (a VF that resets): zeros alone prove nothing.
class VfEvidence {
 public:
  /// `driver_reports`: the driver is known to implement the counters, so that zero means idle.
  explicit VfEvidence(bool driver_reports) : believed_(driver_reports) {}

  /// Turns what may not be believed absent. Of an unproven driver that is everything until one counter has moved; of a
  /// VF that has counted it is a row of nothing but zeros.
  void judge(VfMessage& message);
  [[nodiscard]] bool is_believed() const { return believed_; }

 private:
  bool believed_;
  std::vector<bool> has_counted_;  ///< By VF.
};

}  // namespace sriov
