// /proc/pressure/* (Documentation/accounting/psi.rst): "some avg10=0.12 avg60=0.03 avg300=0.00 total=4711", then
// "full".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "collector/text_scan.h"
#include "core/sample_block.h"

namespace sriov {

/// One line: how much of the time tasks were stalled.
struct PressureLine {
  /// Running averages over 10, 60 and 300 s in hundredths of a percent, 0 to 10,000; kAbsent where there is none.
  std::array<std::int64_t, 3> averages{kAbsent, kAbsent, kAbsent};
  std::int64_t total_us = kAbsent;  ///< Since boot.
};

/// One file; a line that it does not have is empty.
struct PressureLines {
  std::optional<PressureLine> some;
  std::optional<PressureLine> full;
};

namespace pressure_text {

/// "12.34" as 1234, up to "100.00"; kAbsent for anything else.
inline std::int64_t hundredths(std::string_view text) {
  constexpr std::int64_t kMost = 10'000;
  constexpr std::size_t kDecimals = 2;
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || text.size() != point + 1 + kDecimals) return kAbsent;
  const auto whole = TextScan(text.substr(0, point)).number();
  const auto decimals = TextScan(text.substr(point + 1)).number();
  if (!whole || !decimals || *whole > kMost) return kAbsent;
  const std::int64_t value = *whole * 100 + *decimals;
  return value <= kMost ? value : kAbsent;
}

inline PressureLine parse_line(TextScan words) {
  constexpr std::array<std::string_view, 3> kAverages{"avg10", "avg60", "avg300"};
  constexpr std::int64_t kMostUs = 1'000'000'000'000'000;  // 31 years: as ns it fits in any case.
  PressureLine line;
  while (words.skip_blanks() && !words.at_end()) {
    const std::string_view word = words.word();
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view key = word.substr(0, equals);
    const std::string_view value = word.substr(equals + 1);
    for (std::size_t i = 0; i < kAverages.size(); ++i)
      if (key == kAverages[i]) line.averages[i] = hundredths(value);
    if (key != "total") continue;
    const auto total = TextScan(value).number();
    line.total_us = total && *total <= kMostUs ? *total : kAbsent;
  }
  return line;
}

}  // namespace pressure_text

/// Lines that begin with another word are left out; allocates nothing.
inline PressureLines parse_pressure(std::string_view text) {
  PressureLines out;
  TextScan lines(text);
  while (!lines.at_end()) {
    TextScan words(lines.line());
    const std::string_view first = words.word();
    if (first == "some") out.some = pressure_text::parse_line(words);
    if (first == "full") out.full = pressure_text::parse_line(words);
  }
  return out;
}

}  // namespace sriov
