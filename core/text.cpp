#include "core/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/time.h"

namespace sriov {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

constexpr std::string_view kBlanks = " \t\r\n\v\f";
constexpr double kLargestScaled = 4e18;  // Well inside of 64 bits, so that sums of a few still fit.

struct Suffix {
  std::string_view text;
  double factor;
};

Result<std::int64_t> parse_scaled(std::string_view text, std::span<const Suffix> suffixes, std::string_view expected) {
  const std::string_view word = trim(text);
  const std::size_t digits = std::min(word.find_first_not_of("0123456789."), word.size());
  const auto number = to_double(word.substr(0, digits));
  const std::string_view unit = trim(word.substr(digits));
  const auto suffix = std::find_if(suffixes.begin(), suffixes.end(), [&](const Suffix& s) { return s.text == unit; });
  if (!number || suffix == suffixes.end()) return fail_usage(fmt::format("'{}' is not {}", text, expected));
  const double value = std::round(*number * suffix->factor);
  if (value > kLargestScaled) return fail_usage(fmt::format("'{}' is too large", text));
  return static_cast<std::int64_t>(value);
}

}  // namespace

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> out;
  std::size_t start = 0;
  while (true) {
    const std::size_t end = text.find(separator, start);
    out.emplace_back(text.substr(start, end - start));
    if (end == std::string_view::npos) return out;
    start = end + 1;
  }
}

std::vector<std::string> split_at_blanks(std::string_view text) {
  std::vector<std::string> out;
  for (text = trim(text); !text.empty(); text = trim(text)) {
    const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
    out.emplace_back(word);
    text.remove_prefix(word.size());
  }
  return out;
}

std::vector<std::string> last_lines(std::string_view text, std::size_t most) {
  std::vector<std::string> out;
  for (const std::string& line : split(text, '\n'))
    if (!trim(line).empty()) out.emplace_back(trim(line));
  if (out.size() > most) out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(most));
  return out;
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& letter : out)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return out;
}
std::optional<std::int64_t> to_int(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::optional<double> to_double(std::string_view text) {
  double value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance >= best_distance) continue;
    best_distance = distance;
    best = candidate;
  }
  return best;
}

Result<std::int64_t> parse_duration_ns(std::string_view text) {
  static constexpr std::array<Suffix, 6> kUnits{
      {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}}};
  return parse_scaled(text, kUnits, "a duration such as 250ms, 3s or 2m");
}

std::string format_duration(std::int64_t ns) {
  const auto value = static_cast<double>(ns);
  if (std::abs(value) >= 90e9)
    return fmt::format("{:.0f} min {:02.0f} s", std::floor(value / 60e9), std::fmod(value / 1e9, 60));
  if (std::abs(value) >= 1e9) return fmt::format("{:.3g} s", value / 1e9);
  if (std::abs(value) >= 1e6) return fmt::format("{:.3g} ms", value / 1e6);
  if (std::abs(value) >= 1e3) return fmt::format("{:.3g} us", value / 1e3);
  return fmt::format("{} ns", ns);
}

std::string exact_duration(std::int64_t ns) {
  if (ns % kNsPerSecond == 0) return fmt::format("{}s", ns / kNsPerSecond);
  if (ns % kNsPerMs == 0) return fmt::format("{}ms", ns / kNsPerMs);
  return fmt::format("{}ns", ns);
}

Result<std::int64_t> parse_bytes(std::string_view text) {
  static constexpr std::array<Suffix, 8> kUnits{{{"", 1},
                                                 {"k", 1024},
                                                 {"K", 1024},
                                                 {"M", 1024.0 * 1024},
                                                 {"G", 1024.0 * 1024 * 1024},
                                                 {"KiB", 1024},
                                                 {"MiB", 1024.0 * 1024},
                                                 {"GiB", 1024.0 * 1024 * 1024}}};
  return parse_scaled(text, kUnits, "a size such as 1500, 64k or 1M");
}

Result<std::int64_t> parse_rate_bps(std::string_view text) {
  static constexpr std::array<Suffix, 5> kUnits{{{"", 1}, {"k", 1e3}, {"K", 1e3}, {"M", 1e6}, {"G", 1e9}}};
  return parse_scaled(text, kUnits, "a rate in bit/s such as 100M or 1.5G");
}

}  // namespace sriov
