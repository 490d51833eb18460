#include "testbed/doctor/vf_counters.h"

#include <algorithm>
#include <array>

namespace sriov::doctor {
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

}  // namespace

std::optional<VfCounterDriver> vf_counter_driver(std::string_view driver) {
  const auto found = std::ranges::find(kDrivers, driver, &VfCounterDriver::driver);
  return found == kDrivers.end() ? std::nullopt : std::optional(*found);
}

}  // namespace sriov::doctor
