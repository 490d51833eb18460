#include "collector/vf/vf_drivers.h"

#include <algorithm>

namespace sriov {
namespace {

using enum VfCounterSupport;

constexpr std::array<VfCounterDriver, 9> kDrivers{{
    {"igb", no, "no ndo_get_vf_stats in ethernet-linux-igb 5.18.7; all zero on Linux 6.1 while a VF carried 700 MB"},
    {"ixgbe", yes, "ndo_get_vf_stats in ethernet-linux-ixgbe 6.3.4"},
    {"i40e", yes, "ndo_get_vf_stats in ethernet-linux-i40e 2.28.16"},
    {"ice", yes, "ndo_get_vf_stats in ethernet-linux-ice 2.6.6"},
    {"mlx5_core", yes, "ndo_get_vf_stats in the Linux kernel; sriov-network-metrics-exporter names 5.15 as minimum"},
    {"ionic", yes, "ndo_get_vf_stats in the Linux kernel"},
    {"enic", yes, "ndo_get_vf_stats in the Linux kernel"},
    {"liquidio", yes, "ndo_get_vf_stats in the Linux kernel"},
    {"bnxt_en", unproven, "no ndo_get_vf_stats was found in the Linux driver, only in DPDK's"},
}};

constexpr std::array<MacCounters, 5> kMacs{{
    {"igb", {"rx_bytes"}, {"tx_bytes"}, {"rx_packets"}, {"tx_packets"}},
    {"ixgbe", {"rx_bytes_nic"}, {"tx_bytes_nic"}, {"rx_pkts_nic"}, {"tx_pkts_nic"}},
    {"i40e",
     {"port.rx_bytes"},
     {"port.tx_bytes"},
     {"port.rx_unicast", "port.rx_multicast", "port.rx_broadcast"},
     {"port.tx_unicast", "port.tx_multicast", "port.tx_broadcast"}},
    {"ice",
     {"rx_bytes.nic"},
     {"tx_bytes.nic"},
     {"rx_unicast.nic", "rx_multicast.nic", "rx_broadcast.nic"},
     {"tx_unicast.nic", "tx_multicast.nic", "tx_broadcast.nic"}},
    {"mlx5_core", {"rx_bytes_phy"}, {"tx_bytes_phy"}, {"rx_packets_phy"}, {"tx_packets_phy"}},
}};

}  // namespace

std::optional<VfCounterDriver> vf_counter_driver(std::string_view driver) {
  const auto found = std::ranges::find(kDrivers, driver, &VfCounterDriver::driver);
  return found == kDrivers.end() ? std::nullopt : std::optional(*found);
}

const MacCounters* mac_counters(std::string_view driver) {
  const auto found = std::ranges::find(kMacs, driver, &MacCounters::driver);
  return found == kMacs.end() ? nullptr : &*found;
}

}  // namespace sriov
