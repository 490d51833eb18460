#include "collector/net/standard_stats_message.h"

#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>

#include <limits>

#include <fmt/format.h>

#include "collector/net/netlink_attributes.h"

namespace sriov {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint32_t kMostStrings = 4096;  // The longest set has some hundred.

/// A number of 64 bits, or of 32 as newer kernels may write it; nullopt for anything else and for what is too large for
/// a sample.
std::optional<std::int64_t> count_of(Bytes value) {
  if (value.size() == sizeof(std::uint32_t)) return attribute_value<std::uint32_t>(value);
  if (value.size() != sizeof(std::uint64_t)) return std::nullopt;
  const auto count = attribute_value<std::uint64_t>(value);
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!count || *count > kMost) return std::nullopt;
  return static_cast<std::int64_t>(*count);
}

/// The first attribute of a type as a number.
std::optional<std::uint32_t> find_u32(Bytes rest, int type) {
  while (const auto attribute = next_attribute(rest))
    if (attribute->type == type) return attribute_value<std::uint32_t>(attribute->value);
  return std::nullopt;
}

void parse_statistics(Bytes rest, StandardKey key, std::vector<StandardValue>& out) {
  while (const auto attribute = next_attribute(rest)) {
    key.place = static_cast<std::uint32_t>(attribute->type);
    if (const auto count = count_of(attribute->value)) out.push_back({key, *count});
  }
}

void parse_bucket(Bytes rest, StandardKey key, std::vector<StandardValue>& out) {
  const auto low = find_u32(rest, ETHTOOL_A_STATS_GRP_HIST_BKT_LOW);
  const auto high = find_u32(rest, ETHTOOL_A_STATS_GRP_HIST_BKT_HI);
  if (!low || !high) return;
  key.low = *low;
  key.high = *high;
  while (const auto attribute = next_attribute(rest)) {
    if (attribute->type != ETHTOOL_A_STATS_GRP_HIST_VAL) continue;
    if (const auto count = count_of(attribute->value)) out.push_back({key, *count});
    return;
  }
}

void parse_group(Bytes rest, std::vector<StandardValue>& out) {
  const auto group = find_u32(rest, ETHTOOL_A_STATS_GRP_ID);
  const auto names = find_u32(rest, ETHTOOL_A_STATS_GRP_SS_ID);
  if (!group || !names) return;
  using enum StandardKey::Kind;
  while (const auto attribute = next_attribute(rest)) {
    if (attribute->type == ETHTOOL_A_STATS_GRP_STAT)
      parse_statistics(attribute->value, {*group, statistic, *names, 0, 0, 0}, out);
    if (attribute->type == ETHTOOL_A_STATS_GRP_HIST_RX)
      parse_bucket(attribute->value, {*group, rx_histogram, 0, 0, 0, 0}, out);
    if (attribute->type == ETHTOOL_A_STATS_GRP_HIST_TX)
      parse_bucket(attribute->value, {*group, tx_histogram, 0, 0, 0, 0}, out);
  }
}

/// One ETHTOOL_A_STRINGS_STRING.
void take_string(Bytes rest, std::vector<std::string>& out) {
  const auto index = find_u32(rest, ETHTOOL_A_STRING_INDEX);
  if (!index || *index >= kMostStrings) return;
  while (const auto attribute = next_attribute(rest)) {
    if (attribute->type != ETHTOOL_A_STRING_VALUE) continue;
    if (out.size() <= *index) out.resize(*index + 1);
    out[*index] = attribute_text(attribute->value);
    return;
  }
}

/// The strings of one ETHTOOL_A_STRINGSETS_STRINGSET.
std::vector<std::string> strings_of(Bytes rest) {
  std::vector<std::string> out;
  while (const auto attribute = next_attribute(rest)) {
    if (attribute->type != ETHTOOL_A_STRINGSET_STRINGS) continue;
    Bytes strings = attribute->value;
    while (const auto one = next_attribute(strings))
      if (one->type == ETHTOOL_A_STRINGS_STRING) take_string(one->value, out);
  }
  return out;
}

}  // namespace

void parse_standard_stats(Bytes attributes, std::vector<StandardValue>& out) {
  out.clear();
  while (const auto attribute = next_attribute(attributes))
    if (attribute->type == ETHTOOL_A_STATS_GRP) parse_group(attribute->value, out);
}

std::vector<std::string> parse_string_set(Bytes attributes, std::uint32_t set) {
  while (const auto attribute = next_attribute(attributes)) {
    if (attribute->type != ETHTOOL_A_STRSET_STRINGSETS) continue;
    Bytes sets = attribute->value;
    while (const auto one = next_attribute(sets))
      if (one->type == ETHTOOL_A_STRINGSETS_STRINGSET && find_u32(one->value, ETHTOOL_A_STRINGSET_ID) == set)
        return strings_of(one->value);
  }
  return {};
}

std::string histogram_name(const StandardKey& bucket) {
  if (bucket.high == 0) return fmt::format("etherStatsPkts{}toMaxOctets", bucket.low);
  return fmt::format("etherStatsPkts{}to{}Octets", bucket.low, bucket.high);
}

std::optional<std::uint16_t> parse_family_id(Bytes attributes) {
  while (const auto attribute = next_attribute(attributes))
    if (attribute->type == CTRL_ATTR_FAMILY_ID) return attribute_value<std::uint16_t>(attribute->value);
  return std::nullopt;
}

}  // namespace sriov
