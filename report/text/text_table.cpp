#include "report/text/text_table.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

namespace sriov {
namespace {

constexpr std::string_view kIndent = "  ";
constexpr std::string_view kGap = "  ";
constexpr char kEscape = '\x1b';

std::string dressed(bool colour, const char* code, std::string_view text) {
  return colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

template <std::size_t N>
bool is_in(std::uint32_t c, const std::array<Range, N>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(), [c](const Range& r) { return c >= r.first && c <= r.last; });
}

std::size_t width_of(std::uint32_t c) {
  static constexpr std::array<Range, 4> kCombining{
      {{0x300, 0x36F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};
  static constexpr std::array<Range, 7> kWide{{{0x1100, 0x115F},
                                               {0x2E80, 0xA4CF},
                                               {0xAC00, 0xD7A3},
                                               {0xF900, 0xFAFF},
                                               {0xFE30, 0xFE6F},
                                               {0xFF00, 0xFF60},
                                               {0x1F300, 0x1FAFF}}};
  if (is_in(c, kCombining)) return 0;
  return is_in(c, kWide) ? 2 : 1;
}

/// Takes one code point off the front; a byte that is not UTF-8 counts as one character.
std::uint32_t take_code_point(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  std::size_t length = 1;
  std::uint32_t c = lead;
  if (lead >= 0xF0 && lead < 0xF8) {
    length = 4;
    c = lead & 0x07U;
  } else if (lead >= 0xE0 && lead < 0xF0) {
    length = 3;
    c = lead & 0x0FU;
  } else if (lead >= 0xC0 && lead < 0xE0) {
    length = 2;
    c = lead & 0x1FU;
  }
  if (length > text.size()) length = 1;
  for (std::size_t i = 1; i < length; ++i) c = (c << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  text.remove_prefix(length);
  return c;
}

void append_padded(std::string& line, std::string_view cell, std::size_t width, Align align) {
  const std::size_t used = display_width(cell);
  const std::string padding(width > used ? width - used : 0, ' ');
  if (align == Align::right) line += padding;
  line += cell;
  if (align == Align::left) line += padding;
}

void trim_right(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

}  // namespace

std::string TextStyle::bold(std::string_view text) const { return dressed(colour, "1", text); }
std::string TextStyle::dim(std::string_view text) const { return dressed(colour, "2", text); }
std::string TextStyle::warning(std::string_view text) const { return dressed(colour, "33", text); }

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    if (text.front() == kEscape) {
      const std::size_t end = text.find('m');
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      continue;
    }
    width += width_of(take_code_point(text));
  }
  return width;
}

void TextTable::add_row(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

std::string TextTable::text(const TextStyle& style) const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = display_width(columns_[i].heading);
    for (const auto& row : rows_) width = std::max(width, display_width(row[i]));
    widths.push_back(width);
  }
  const auto line_of = [&](const auto& cell_at) {
    std::string line(kIndent);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) line += kGap;
      append_padded(line, cell_at(i), widths[i], columns_[i].align);
    }
    trim_right(line);
    return line;
  };
  std::string out =
      style.bold(line_of([&](std::size_t i) -> const std::string& { return columns_[i].heading; })) + '\n';
  for (const auto& row : rows_) out += line_of([&](std::size_t i) -> const std::string& { return row[i]; }) + '\n';
  return out;
}

}  // namespace sriov
