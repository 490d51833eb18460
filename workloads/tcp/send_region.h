// The memory that bulk senders send from: its size is the footprint that zero-copy DMA touches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/result.h"

namespace sriov {

enum class PageSize {
  base,  ///< 4 KiB, also where the kernel would make huge pages by itself.
  huge,  ///< 2 MiB, from the reserved pool or, when that is empty, transparent.
};

/// A mapping filled once, handed out message by message and from the start again at its end.
class SendRegion {
 public:
  /// At least one message; `footprint_bytes` is rounded up to whole messages of whole pages when it holds more than
  /// one. Error when the memory is not there, or huge pages are asked for and the kernel gives none.
  [[nodiscard]] static Result<SendRegion> make(std::int64_t message_bytes, std::int64_t footprint_bytes, PageSize page);
  SendRegion(SendRegion&& other) noexcept;
  SendRegion& operator=(SendRegion&&) = delete;
  SendRegion(const SendRegion&) = delete;
  SendRegion& operator=(const SendRegion&) = delete;
  ~SendRegion();

  /// The message to send now.
  [[nodiscard]] std::span<const char> message() const { return {mapping_.data() + offset_, message_bytes_}; }
  /// Goes on to the next one.
  void advance() {
    offset_ += stride_;
    if (offset_ + message_bytes_ > bytes_) offset_ = 0;
  }
  /// What is touched: the DMA footprint when sends are not copied.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  SendRegion(std::span<char> mapping, std::size_t bytes, std::size_t message_bytes, std::size_t stride)
      : mapping_(mapping), bytes_(bytes), message_bytes_(message_bytes), stride_(stride) {}

  std::span<char> mapping_;  ///< Whole pages.
  std::size_t bytes_;        ///< Of it, what is sent from.
  std::size_t message_bytes_;
  std::size_t stride_;
  std::size_t offset_ = 0;
};

}  // namespace sriov
