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

#include "agent/environment_parts.h"
#include "core/text.h"
#include "host/file.h"

namespace sriov::environment {
namespace {

/// One device's ioctls in our own network namespace.
class Ethtool {
 public:
  explicit Ethtool(const std::string& device) : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    std::strncpy(request_.ifr_name, device.c_str(), IFNAMSIZ - 1);
  }

  /// `command` begins with its number, as all ethtool structures do.
  [[nodiscard]] bool ask(void* command) {
    request_.ifr_data = static_cast<char*>(command);
    return ::ioctl(socket_.get(), SIOCETHTOOL, &request_) == 0;
  }
  [[nodiscard]] bool ask_kernel(unsigned long number, ifreq& answer) {
    answer = ifreq{};
    std::memcpy(answer.ifr_name, request_.ifr_name, IFNAMSIZ);
    return ::ioctl(socket_.get(), number, &answer) == 0;
  }

 private:
  Fd socket_;
  ifreq request_{};
};

template <std::size_t Size>
std::string text_of(const char (&field)[Size]) {
  return std::string(trim(std::string_view(field, ::strnlen(field, Size))));
}

void put_identity(Ethtool& ethtool, nlohmann::json& facts) {
  ethtool_drvinfo info{};
  info.cmd = ETHTOOL_GDRVINFO;
  if (!ethtool.ask(&info)) return;
  put(facts, "driver", text_of(info.driver));
  put(facts, "driver_version", text_of(info.version));
  const std::string firmware = text_of(info.fw_version);
  if (firmware != "N/A") put(facts, "firmware", firmware);
}

void put_addresses(Ethtool& ethtool, nlohmann::json& facts) {
  ifreq answer{};
  if (ethtool.ask_kernel(SIOCGIFMTU, answer)) facts["mtu"] = answer.ifr_mtu;
  if (!ethtool.ask_kernel(SIOCGIFHWADDR, answer)) return;
  const std::span bytes(reinterpret_cast<const unsigned char*>(answer.ifr_hwaddr.sa_data), 6);
  facts["mac"] = fmt::format("{:02x}", fmt::join(bytes, ":"));
}

void put_coalescing(Ethtool& ethtool, nlohmann::json& facts) {
  ethtool_coalesce coalesce{};
  coalesce.cmd = ETHTOOL_GCOALESCE;
  if (!ethtool.ask(&coalesce)) return;
  facts["coalescing"] = {{"rx_usecs", coalesce.rx_coalesce_usecs},
                         {"rx_frames", coalesce.rx_max_coalesced_frames},
                         {"tx_usecs", coalesce.tx_coalesce_usecs},
                         {"tx_frames", coalesce.tx_max_coalesced_frames},
                         {"adaptive_rx", coalesce.use_adaptive_rx_coalesce != 0},
                         {"adaptive_tx", coalesce.use_adaptive_tx_coalesce != 0}};
}

void put_rings(Ethtool& ethtool, nlohmann::json& facts) {
  ethtool_ringparam rings{};
  rings.cmd = ETHTOOL_GRINGPARAM;
  if (!ethtool.ask(&rings)) return;
  facts["rings"] = {{"rx", rings.rx_pending},
                    {"rx_max", rings.rx_max_pending},
                    {"tx", rings.tx_pending},
                    {"tx_max", rings.tx_max_pending}};
}

void put_channels(Ethtool& ethtool, nlohmann::json& facts) {
  ethtool_channels channels{};
  channels.cmd = ETHTOOL_GCHANNELS;
  if (!ethtool.ask(&channels)) return;
  facts["channels"] = {{"rx", channels.rx_count},
                       {"tx", channels.tx_count},
                       {"combined", channels.combined_count},
                       {"combined_max", channels.max_combined}};
}

/// A variable-length ethtool structure: its header, then `bytes` more.
template <class Header>
class Sized {
 public:
  explicit Sized(std::size_t bytes)
      : words_((sizeof(Header) + bytes + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t)) {}
  [[nodiscard]] Header* header() { return reinterpret_cast<Header*>(words_.data()); }
  [[nodiscard]] void* tail() { return reinterpret_cast<char*>(words_.data()) + sizeof(Header); }

 private:
  std::vector<std::uint64_t> words_;
};

std::vector<std::string> feature_names(Ethtool& ethtool) {
  Sized<ethtool_sset_info> sets(sizeof(std::uint32_t));
  sets.header()->cmd = ETHTOOL_GSSET_INFO;
  sets.header()->sset_mask = std::uint64_t{1} << ETH_SS_FEATURES;
  if (!ethtool.ask(sets.header()) || sets.header()->sset_mask == 0) return {};
  std::uint32_t count = 0;
  std::memcpy(&count, sets.tail(), sizeof count);
  Sized<ethtool_gstrings> strings(std::size_t{count} * ETH_GSTRING_LEN);
  strings.header()->cmd = ETHTOOL_GSTRINGS;
  strings.header()->string_set = ETH_SS_FEATURES;
  strings.header()->len = count;
  if (!ethtool.ask(strings.header())) return {};
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < std::min(count, strings.header()->len); ++i) {
    const char* name = static_cast<const char*>(strings.tail()) + std::size_t{i} * ETH_GSTRING_LEN;
    names.emplace_back(name, ::strnlen(name, ETH_GSTRING_LEN));
  }
  return names;
}

/// Names of the offloads that are on, as `ethtool -k` prints them.
void put_offloads(Ethtool& ethtool, nlohmann::json& facts) {
  const std::vector<std::string> names = feature_names(ethtool);
  if (names.empty()) return;
  const std::size_t blocks = (names.size() + 31) / 32;
  Sized<ethtool_gfeatures> features(blocks * sizeof(ethtool_get_features_block));
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
  Ethtool ethtool(device);
  put_identity(ethtool, facts);
  put_addresses(ethtool, facts);
  put_coalescing(ethtool, facts);
  put_rings(ethtool, facts);
  put_channels(ethtool, facts);
  put_offloads(ethtool, facts);
  return facts;
}

}  // namespace sriov::environment
