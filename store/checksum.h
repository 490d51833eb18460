// A number over the bytes of a block that tells when one of them is no longer what was written.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/fnv1a.h"

namespace sriov {

/// FNV-1a of all that is added.
class Checksum {
 public:
  void add(std::string_view bytes) { state_ = fnv1a(bytes, state_); }
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
  std::uint64_t state_ = kFnv1aStart;
};

}  // namespace sriov
