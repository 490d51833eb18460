#include "collector/vf/vf_message.h"

#include <linux/if_link.h>

#include <algorithm>
#include <limits>

#include "collector/net/netlink_attributes.h"
#include "core/sample_block.h"

namespace sriov {
namespace {

constexpr std::uint32_t kMostVfs = 65536;  // A PCI function has 16 bits of them.

std::size_t counter_of(int type) {
  switch (type) {
    case IFLA_VF_STATS_RX_PACKETS:
      return kVfRxPackets;
    case IFLA_VF_STATS_TX_PACKETS:
      return kVfTxPackets;
    case IFLA_VF_STATS_RX_BYTES:
      return kVfRxBytes;
    case IFLA_VF_STATS_TX_BYTES:
      return kVfTxBytes;
    case IFLA_VF_STATS_BROADCAST:
      return kVfRxBroadcast;
    case IFLA_VF_STATS_MULTICAST:
      return kVfRxMulticast;
    case IFLA_VF_STATS_RX_DROPPED:
      return kVfRxDropped;
    case IFLA_VF_STATS_TX_DROPPED:
      return kVfTxDropped;
    default:
      return kVfCounterCount;
  }
}

void parse_counters(std::span<const std::byte> rest, VfCounters& out) {
  while (const auto attribute = next_attribute(rest)) {
    const std::size_t counter = counter_of(attribute->type);
    const auto value = attribute_value<std::uint64_t>(attribute->value);
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (counter < kVfCounterCount && value && *value <= kMost) out[counter] = static_cast<std::int64_t>(*value);
  }
}

void parse_vf(std::span<const std::byte> rest, VfMessage& out) {
  VfReading reading;
  reading.counters.fill(kAbsent);
  bool has_index = false;
  while (const auto attribute = next_attribute(rest)) {
    if (attribute->type == IFLA_VF_STATS) parse_counters(attribute->value, reading.counters);
    if (attribute->type != IFLA_VF_MAC) continue;
    const auto index = attribute_value<std::uint32_t>(attribute->value);  // ifla_vf_mac begins with it.
    has_index = index && *index < kMostVfs;
    if (has_index) reading.index = *index;
  }
  if (has_index) out.vfs.push_back(reading);
}

bool is_zero(const VfCounters& counters) {
  return std::all_of(counters.begin(), counters.end(),
                     [](std::int64_t value) { return value == 0 || value == kAbsent; });
}

}  // namespace

void parse_vf_message(std::span<const std::byte> attributes, VfMessage& out) {
  out.vf_count.reset();
  out.vfs.clear();
  while (const auto attribute = next_attribute(attributes)) {
    if (attribute->type == IFLA_NUM_VF && !out.vf_count)
      out.vf_count = attribute_value<std::uint32_t>(attribute->value);
    if (attribute->type != IFLA_VFINFO_LIST || !out.vfs.empty()) continue;
    std::span<const std::byte> list = attribute->value;
    while (const auto one = next_attribute(list))
      if (one->type == IFLA_VF_INFO) parse_vf(one->value, out);
  }
}

void VfEvidence::judge(VfMessage& message) {
  for (const VfReading& reading : message.vfs) believed_ = believed_ || !is_zero(reading.counters);
  for (VfReading& reading : message.vfs) {
    if (reading.index >= has_counted_.size()) has_counted_.resize(reading.index + 1);
    const bool zero = is_zero(reading.counters);
    if (!believed_ || (zero && has_counted_[reading.index])) reading.counters.fill(kAbsent);
    if (!zero) has_counted_[reading.index] = true;
  }
}

}  // namespace sriov
