// The body of a netlink question, put together on the stack.
#pragma once

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace sriov {

/// A question to a family of generic netlink: its header, then attributes. Questions are short; what does not fit is
/// left out, which the kernel refuses.
class GenericRequest {
 public:
  explicit GenericRequest(std::uint8_t command) {
    const genlmsghdr header{command, kVersion, 0};
    std::memcpy(bytes_.data(), &header, sizeof header);
    size_ = sizeof header;
  }

  void put(std::uint16_t type, std::span<const std::byte> value) {
    const nlattr header{static_cast<std::uint16_t>(sizeof(nlattr) + value.size()), type};
    const std::size_t end = size_ + NLA_ALIGN(header.nla_len);
    if (end > bytes_.size()) return;
    std::memcpy(&bytes_[size_], &header, sizeof header);
    if (!value.empty()) std::memcpy(&bytes_[size_ + sizeof header], value.data(), value.size());
    size_ = end;
  }
  void put_u32(std::uint16_t type, std::uint32_t value) { put(type, std::as_bytes(std::span(&value, 1))); }
  /// With its NUL, cut to 16 bytes: the length of a device's name.
  void put_name(std::uint16_t type, std::string_view text) {
    std::array<char, kNameBytes> name{};
    const std::size_t size = text.copy(name.data(), name.size() - 1);
    put(type, std::as_bytes(std::span(name).first(size + 1)));
  }

  /// Whatever `fill` puts goes into the attribute `type`.
  template <class Fill>
  void nest(std::uint16_t type, Fill&& fill) {
    const std::size_t begin = size_;
    put(static_cast<std::uint16_t>(type | NLA_F_NESTED), {});
    fill();
    const auto length = static_cast<std::uint16_t>(size_ - begin);
    std::memcpy(&bytes_[begin], &length, sizeof length);
  }

  [[nodiscard]] std::span<const std::byte> bytes() const { return std::span(bytes_).first(size_); }

 private:
  static constexpr std::uint8_t kVersion = 1;
  static constexpr std::size_t kNameBytes = 16;
  static constexpr std::size_t kMostBytes = 112;  // NetlinkSocket takes no more.

  std::array<std::byte, kMostBytes> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace sriov
