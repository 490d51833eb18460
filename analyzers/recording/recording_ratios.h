// What a recording shows per packet and per MiB: interrupts, VM exits and IOTLB misses set against the traffic that was
// sampled beside them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/metric.h"

namespace sriov {

/// A counter of a recording.
struct SeriesRate {
  std::string endpoint;
  std::string metric;
  Labels labels;
  double per_s = 0;
};

struct RecordedRatio {
  std::string endpoint;  ///< Where the first of the two was sampled.
  std::string ratio;     ///< "interrupts.count per packet".
  std::string of;        ///< What was counted: "device=eth1".
  std::string against;   ///< Whose traffic: "guest1 eth1".
  double value = 0;
};

/// Only where both were sampled and there was traffic; everything else has no row:
///   interrupts.count of a device per packet of that device (netdev);
///   vmexit.exits of a domain per packet of its VFs and vifs, or of the agent that is called as the domain is;
///   iotlb.misses per packet and per MiB: of a VF by its own counters (vf), of all VFs by those or by the devices of
///   VF drivers, of all devices by all network devices on PCI.
[[nodiscard]] std::vector<RecordedRatio> recording_ratios(std::span<const SeriesRate> rates);

}  // namespace sriov
