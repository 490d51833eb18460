// A cursor over kernel text: blanks, unsigned numbers, lines. Bounds-checked, allocates nothing.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace sriov {

class TextScan {
 public:
  explicit TextScan(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  [[nodiscard]] bool at_end() const { return at_ == end_; }
  [[nodiscard]] std::string_view rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }

  /// Passes over spaces and tabs; true, so that it chains in conditions.
  bool skip_blanks() {
    // Tables are padded with spaces: eight at a time where there are as many.
    constexpr std::uint64_t kEightSpaces = 0x2020202020202020;
    for (std::uint64_t eight = 0; end_ - at_ >= 8; at_ += 8) {
      std::memcpy(&eight, at_, 8);
      if (eight != kEightSpaces) break;
    }
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t')) ++at_;
    return true;
  }

  /// A decimal number that ends at a blank or at the end; nullopt (and nothing consumed) for anything else, also when
  /// it does not fit.
  std::optional<std::int64_t> number() {
    constexpr std::int64_t kMostDigits = 18;  // 10^18 - 1 fits an int64.
    std::int64_t value = 0;
    const char* digit = at_;
    for (; digit != end_ && *digit >= '0' && *digit <= '9'; ++digit) {
      if (digit - at_ == kMostDigits) return std::nullopt;
      value = value * 10 + (*digit - '0');
    }
    const bool is_number = digit != at_ && (digit == end_ || *digit == ' ' || *digit == '\t' || *digit == '\n');
    if (!is_number) return std::nullopt;
    at_ = digit;
    return value;
  }

  /// Up to the next blank.
  std::string_view word() {
    const char* begin = at_;
    while (at_ != end_ && *at_ != ' ' && *at_ != '\t' && *at_ != '\n') ++at_;
    return {begin, static_cast<std::size_t>(at_ - begin)};
  }

  /// Up to the next line feed, which is consumed and not part of it.
  std::string_view line() {
    const void* feed = at_ == end_ ? nullptr : std::memchr(at_, '\n', static_cast<std::size_t>(end_ - at_));
    const char* stop = feed == nullptr ? end_ : static_cast<const char*>(feed);
    const std::string_view found(at_, static_cast<std::size_t>(stop - at_));
    at_ = stop == end_ ? end_ : stop + 1;
    return found;
  }

 private:
  const char* at_;
  const char* end_;
};

}  // namespace sriov
