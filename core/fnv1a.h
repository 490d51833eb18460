// The hash that stored checksums and names of directories are made with.
#pragma once

#include <cstdint>
#include <string_view>

namespace sriov {

/// The state before the first byte.
inline constexpr std::uint64_t kFnv1aStart = 0xCBF29CE484222325U;

/// 64-bit FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo, RFC 9923): every step is a bijection of the state, so one changed
/// byte always changes the result. Against damage, not against intent. `state` is an earlier result, to go on from.
[[nodiscard]] constexpr std::uint64_t fnv1a(std::string_view bytes, std::uint64_t state = kFnv1aStart) {
  for (const char byte : bytes) state = (state ^ static_cast<unsigned char>(byte)) * 0x100000001B3U;
  return state;
}

}  // namespace sriov
