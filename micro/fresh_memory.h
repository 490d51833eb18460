// Memory that has just been mapped: the first touch of each page is a fault.
#pragma once

#include <cstddef>

#include "core/result.h"

namespace sriov {

/// A range of addresses, aligned to 2 MiB, that can be mapped afresh again and again.
class FreshMemory {
 public:
  static constexpr std::size_t kHugeBytes = std::size_t{2} << 20U;
  enum class Pages { small, transparent_huge, reserved_huge };

  /// `bytes`: a multiple of 2 MiB.
  [[nodiscard]] static Result<FreshMemory> reserve(std::size_t bytes, Pages pages);
  FreshMemory(FreshMemory&& other) noexcept;
  FreshMemory& operator=(FreshMemory&&) = delete;
  FreshMemory(const FreshMemory&) = delete;
  FreshMemory& operator=(const FreshMemory&) = delete;
  ~FreshMemory();

  /// Throws all pages away. False when the kernel has none of the kind.
  [[nodiscard]] bool renew() const;
  /// Writes one byte every `stride`, the first at `offset`.
  void touch(std::size_t offset, std::size_t stride) const;

 private:
  FreshMemory(void* reserved, std::size_t bytes, Pages pages);
  void* reserved_;
  std::byte* begin_;
  std::size_t bytes_;
  Pages pages_;
};

/// Page faults of the calling thread so far that needed no I/O.
[[nodiscard]] long minor_faults();

}  // namespace sriov
