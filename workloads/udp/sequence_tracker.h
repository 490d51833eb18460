// Loss, reordering and duplicates from the sequence numbers of one datagram stream.
#pragma once

#include <array>
#include <cstdint>

namespace sriov {

/// Numbers start at 0 and rise by 1. Remembers which of the last 1,024 numbers came, to tell late from duplicate; a
/// datagram later than that counts as reordered.
class SequenceTracker {
 public:
  void saw(std::uint64_t number) {
    ++arrivals_;
    if (number == next_) [[likely]] {
      mark(number);
      ++next_;
    } else if (number > next_) {
      skip_to(number);
      mark(number);
      next_ = number + 1;
    } else {
      saw_old(number);
    }
  }
  /// The sender says that it sent `total` datagrams: what is missing at the tail is lost too.
  void finish(std::uint64_t total) {
    if (total > next_) next_ = total;
  }

  [[nodiscard]] std::int64_t lost() const { return static_cast<std::int64_t>(next_ - (arrivals_ - duplicated_)); }
  [[nodiscard]] std::int64_t reordered() const { return static_cast<std::int64_t>(reordered_); }
  [[nodiscard]] std::int64_t duplicated() const { return static_cast<std::int64_t>(duplicated_); }

 private:
  static constexpr std::uint64_t kRemembered = 1024;

  [[nodiscard]] static std::uint64_t bit(std::uint64_t number) { return std::uint64_t{1} << (number % 64); }
  [[nodiscard]] std::uint64_t& word(std::uint64_t number) { return came_[(number % kRemembered) / 64]; }
  void mark(std::uint64_t number) { word(number) |= bit(number); }

  void skip_to(std::uint64_t number) {
    if (number - next_ >= kRemembered) {
      came_.fill(0);
      return;
    }
    for (std::uint64_t missing = next_; missing < number; ++missing) word(missing) &= ~bit(missing);
  }
  void saw_old(std::uint64_t number) {
    const bool remembered = next_ - number <= kRemembered;
    if (remembered && (word(number) & bit(number)) != 0) {
      ++duplicated_;
      return;
    }
    ++reordered_;
    if (remembered) mark(number);
  }

  std::array<std::uint64_t, kRemembered / 64> came_{};
  std::uint64_t next_ = 0;
  std::uint64_t arrivals_ = 0;
  std::uint64_t reordered_ = 0;
  std::uint64_t duplicated_ = 0;
};

}  // namespace sriov
