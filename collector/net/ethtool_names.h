// Names of driver statistics: which queue and direction they are of. Every driver has its own spelling.
#pragma once

#include <string>
#include <string_view>

namespace sriov {

/// "rx_queue_0_packets" is the packets of receive queue 0.
struct EthtoolName {
  std::string statistic;  ///< What is counted, without queue and direction where a queue is named: "packets".
  std::string queue;      ///< "0"; "" when the name has no queue.
  std::string direction;  ///< "rx", "tx", or "" when the name has no queue.

  friend bool operator==(const EthtoolName&, const EthtoolName&) = default;
};

/// Knows the spellings rx_queue_0_packets (igb, ixgbe, veth), rx-0.packets (i40e, ice: also rx-0.rx_packets),
/// rx0_packets (mlx5), queue_0_rx_cnt (ena), [0]: rx_ucast_packets (bnxt) and rx0_bytes. A name it does not know is the
/// statistic as it stands.
[[nodiscard]] EthtoolName parse_ethtool_name(std::string_view name);

}  // namespace sriov
