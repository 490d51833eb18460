// Netlink attributes as bytes, for tests of parsers.
#pragma once

#include <linux/netlink.h>

#include <cstddef>
#include <cstring>
#include <string_view>
#include <vector>

namespace sriov::test {

/// A type of its own, so that + is found.
struct Bytes : std::vector<std::byte> {
  using std::vector<std::byte>::vector;
};

/// An attribute with its header and padding.
inline Bytes attribute(int type, const Bytes& value) {
  const nlattr header{static_cast<std::uint16_t>(sizeof(nlattr) + value.size()), static_cast<std::uint16_t>(type)};
  Bytes out(sizeof header);
  std::memcpy(out.data(), &header, sizeof header);
  out.insert(out.end(), value.begin(), value.end());
  out.resize(NLA_ALIGN(out.size()));
  return out;
}

template <class Value>
Bytes bytes_of(const Value& value) {
  Bytes out(sizeof value);
  std::memcpy(out.data(), &value, sizeof value);
  return out;
}

inline Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline Bytes bytes_of_text(std::string_view text) {
  Bytes out(text.size() + 1);
  std::memcpy(out.data(), text.data(), text.size());
  return out;
}

}  // namespace sriov::test
