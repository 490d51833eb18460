// Netlink attributes in bytes that may be anything: what does not fit is left out.
#pragma once

#include <linux/netlink.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace sriov {

struct NetlinkAttribute {
  int type = 0;
  std::span<const std::byte> value;
};

/// Takes the next attribute off the front; nullopt at the end and where the rest is no attribute.
[[nodiscard]] inline std::optional<NetlinkAttribute> next_attribute(std::span<const std::byte>& rest) {
  nlattr header{};
  if (rest.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, rest.data(), sizeof header);
  if (header.nla_len < sizeof header || header.nla_len > rest.size()) return std::nullopt;
  const NetlinkAttribute attribute{header.nla_type & NLA_TYPE_MASK,
                                   rest.subspan(sizeof header, header.nla_len - sizeof header)};
  rest = rest.subspan(std::min<std::size_t>(NLA_ALIGN(header.nla_len), rest.size()));
  return attribute;
}

/// A number or structure at the front of an attribute's value; nullopt when there are too few bytes.
template <class Value>
[[nodiscard]] std::optional<Value> attribute_value(std::span<const std::byte> bytes) {
  if (bytes.size() < sizeof(Value)) return std::nullopt;
  Value value{};
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

/// A text up to its NUL, or all of it.
[[nodiscard]] inline std::string_view attribute_text(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return text.substr(0, text.find('\0'));
}

}  // namespace sriov
