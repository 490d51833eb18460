// What a network driver says of itself through SIOCETHTOOL.
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "agent/environment/environment_parts.h"
#include "host/coalescing.h"
#include "host/ethtool_ioctl.h"

namespace sriov::environment {
namespace {

template <std::size_t Size>
std::string text_of(const char (&field)[Size]) {
  return ethtool_text(field, Size);
}

void put_identity(EthtoolDevice& ethtool, nlohmann::json& facts) {
  const ethtool_drvinfo info = ethtool.driver();
  if (info.driver[0] == '\0') return;
  put(facts, "driver", text_of(info.driver));
  put(facts, "driver_version", text_of(info.version));
  const std::string firmware = text_of(info.fw_version);
  if (firmware != "N/A") put(facts, "firmware", firmware);
}

void put_addresses(EthtoolDevice& ethtool, nlohmann::json& facts) {
  ifreq answer{};
  if (ethtool.ask_kernel(SIOCGIFMTU, answer)) facts["mtu"] = answer.ifr_mtu;
  if (!ethtool.ask_kernel(SIOCGIFHWADDR, answer)) return;
  const std::span bytes(reinterpret_cast<const unsigned char*>(answer.ifr_hwaddr.sa_data), 6);
  facts["mac"] = fmt::format("{:02x}", fmt::join(bytes, ":"));
}

void put_coalescing(EthtoolDevice& ethtool, nlohmann::json& facts) {
  const auto coalesce = read_coalescing(ethtool.name());
  if (!coalesce) return;
  facts["coalescing"] = {{"rx_usecs", coalesce->rx_coalesce_usecs},
                         {"rx_frames", coalesce->rx_max_coalesced_frames},
                         {"tx_usecs", coalesce->tx_coalesce_usecs},
                         {"tx_frames", coalesce->tx_max_coalesced_frames},
                         {"adaptive_rx", coalesce->use_adaptive_rx_coalesce != 0},
                         {"adaptive_tx", coalesce->use_adaptive_tx_coalesce != 0}};
}

void put_rings(EthtoolDevice& ethtool, nlohmann::json& facts) {
  ethtool_ringparam rings{};
  rings.cmd = ETHTOOL_GRINGPARAM;
  if (!ethtool.ask(&rings)) return;
  facts["rings"] = {{"rx", rings.rx_pending},
                    {"rx_max", rings.rx_max_pending},
                    {"tx", rings.tx_pending},
                    {"tx_max", rings.tx_max_pending}};
}

void put_channels(EthtoolDevice& ethtool, nlohmann::json& facts) {
  ethtool_channels channels{};
  channels.cmd = ETHTOOL_GCHANNELS;
  if (!ethtool.ask(&channels)) return;
  facts["channels"] = {{"rx", channels.rx_count},
                       {"tx", channels.tx_count},
                       {"combined", channels.combined_count},
                       {"combined_max", channels.max_combined}};
}

/// Names of the offloads that are on, as `ethtool -k` prints them.
void put_offloads(EthtoolDevice& ethtool, nlohmann::json& facts) {
  const std::vector<std::string> names = ethtool.strings(ETH_SS_FEATURES);
  if (names.empty()) return;
  const std::size_t blocks = (names.size() + 31) / 32;
  EthtoolBuffer<ethtool_gfeatures> features(blocks * sizeof(ethtool_get_features_block));
  features.header()->cmd = ETHTOOL_GFEATURES;
  features.header()->size = static_cast<std::uint32_t>(blocks);
  if (!ethtool.ask(features.header())) return;
  std::vector<ethtool_get_features_block> bits(blocks);
  std::memcpy(bits.data(), features.tail(), blocks * sizeof(ethtool_get_features_block));
  nlohmann::json on = nlohmann::json::array();
  for (std::size_t i = 0; i < names.size(); ++i)
    if (!names[i].empty() && (bits[i / 32].active >> (i % 32) & 1U) != 0) on.push_back(names[i]);
  facts["offloads_on"] = std::move(on);
}

}  // namespace

nlohmann::json describe_driver(const std::string& device) {
  nlohmann::json facts = nlohmann::json::object();
  EthtoolDevice ethtool(device);
  put_identity(ethtool, facts);
  put_addresses(ethtool, facts);
  put_coalescing(ethtool, facts);
  put_rings(ethtool, facts);
  put_channels(ethtool, facts);
  put_offloads(ethtool, facts);
  return facts;
}

}  // namespace sriov::environment
