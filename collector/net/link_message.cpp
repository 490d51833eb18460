#include "collector/net/link_message.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "collector/net/netlink_attributes.h"
#include "core/sample_block.h"

namespace sriov {

LinkCounters::LinkCounters(std::span<const std::byte> bytes) : told_bytes_(std::min(bytes.size(), sizeof told_)) {
  if (told_bytes_ > 0) std::memcpy(&told_, bytes.data(), told_bytes_);
}

std::int64_t LinkCounters::value(__u64 rtnl_link_stats64::*counter) const {
  const auto* begin = reinterpret_cast<const std::byte*>(&told_);
  const auto* end = reinterpret_cast<const std::byte*>(&(told_.*counter) + 1);
  const bool told = end - begin <= static_cast<std::ptrdiff_t>(told_bytes_);
  constexpr auto kMost = static_cast<__u64>(std::numeric_limits<std::int64_t>::max());
  return told && told_.*counter <= kMost ? static_cast<std::int64_t>(told_.*counter) : kAbsent;
}

std::optional<LinkCounters> parse_link_counters(std::span<const std::byte> attributes, int attribute) {
  while (const auto found = next_attribute(attributes))
    if (found->type == attribute) return LinkCounters(found->value);
  return std::nullopt;
}

std::string_view parse_link_name(std::span<const std::byte> attributes) {
  while (const auto found = next_attribute(attributes))
    if (found->type == IFLA_IFNAME) return attribute_text(found->value);
  return {};
}

}  // namespace sriov
