// A number over the bytes of a block that tells when one of them is no longer what was written.
#pragma once

#include <cstdint>
#include <string_view>

namespace sriov {

/// 64-bit FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo, RFC 9923): every step is a bijection of the state, so one changed
/// byte always changes the result. Against damage, not against intent.
class Checksum {
 public:
  void add(std::string_view bytes) {
    for (const char byte : bytes) {
      state_ ^= static_cast<unsigned char>(byte);
      state_ *= 0x100000001B3U;
    }
  }
  /// Its eight bytes, the lowest first.
  void add(std::int64_t number) {
    for (unsigned shift = 0; shift < 64; shift += 8) {
      const char byte = static_cast<char>(static_cast<std::uint64_t>(number) >> shift);
      add(std::string_view(&byte, 1));
    }
  }
  /// As SQLite stores it.
  [[nodiscard]] std::int64_t value() const { return static_cast<std::int64_t>(state_); }

 private:
  std::uint64_t state_ = 0xCBF29CE484222325U;
};

}  // namespace sriov
