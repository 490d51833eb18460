// Netback's devices in dom0: which guest they belong to, and their counters from the guest's side.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "collector/net/link_message.h"
#include "host/host.h"

namespace sriov {

/// The guest's end of a vif.
struct VifId {
  unsigned domid = 0;
  unsigned handle = 0;  ///< Number of the network interface within the guest.
};

/// "vif1.0" -> {1, 0}; nullopt for other names, "vif1.0-emu" (the emulated card's tap) among them.
[[nodiscard]] std::optional<VifId> parse_vif_name(std::string_view name);
/// Which vif a network device of dom0 is: by sysfs (a vif may have been given another name), else by its name.
[[nodiscard]] std::optional<VifId> vif_of(const Host& host, const std::string& device);

/// What the guest received and transmitted: dom0's device transmits what the guest receives.
struct GuestTraffic {
  std::int64_t rx_bytes = 0;
  std::int64_t tx_bytes = 0;
  std::int64_t rx_packets = 0;
  std::int64_t tx_packets = 0;
};
[[nodiscard]] GuestTraffic guest_traffic(const LinkCounters& dom0_counters);

}  // namespace sriov
