// Nanoseconds: what times are kept in, and the units they are told in.
#pragma once

#include <cstdint>

namespace sriov {

inline constexpr std::int64_t kNsPerUs = 1'000;
inline constexpr std::int64_t kNsPerMs = 1'000'000;
inline constexpr std::int64_t kNsPerSecond = 1'000'000'000;

}  // namespace sriov
