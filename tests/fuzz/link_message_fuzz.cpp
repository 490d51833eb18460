#include <linux/if_link.h>

#include <array>
#include <cstdlib>

#include "collector/net/link_message.h"
#include "core/sample_block.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::array<__u64 rtnl_link_stats64::*, 4> kSome{
      &rtnl_link_stats64::rx_packets, &rtnl_link_stats64::rx_missed_errors, &rtnl_link_stats64::rx_nohandler,
      &rtnl_link_stats64::rx_otherhost_dropped};
  const auto bytes = std::as_bytes(std::span(data, size));
  if (sriov::parse_link_name(bytes).size() > size) std::abort();
  for (const int attribute : {static_cast<int>(IFLA_STATS64), static_cast<int>(IFLA_STATS_LINK_64)}) {
    const auto counters = sriov::parse_link_counters(bytes, attribute);
    if (!counters) continue;
    for (const auto counter : kSome)
      if (counters->value(counter) < 0 && counters->value(counter) != sriov::kAbsent) std::abort();
  }
  return 0;
}
