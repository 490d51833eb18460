#include "collector/perf/sysfs_pmu_text.h"

#include <algorithm>
#include <charconv>

#include "core/text.h"

namespace sriov {
namespace {

constexpr unsigned kWordBits = 64;
constexpr std::size_t kMostTerms = 64;

template <class Number>
std::optional<Number> parse_number(std::string_view text, int base) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> parse_value(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  return parse_number<std::uint64_t>(hexadecimal ? text.substr(2) : text, hexadecimal ? 16 : 10);
}

std::optional<PmuBits> parse_bits(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = parse_number<unsigned>(text.substr(0, dash), 10);
  const auto last = dash == std::string_view::npos ? first : parse_number<unsigned>(text.substr(dash + 1), 10);
  if (!first || !last || *last < *first || *last >= kWordBits) return std::nullopt;
  return PmuBits{*first, *last};
}

std::uint64_t low_bits(unsigned count) {
  return count >= kWordBits ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

bool is_term_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  });
}

std::optional<PmuTerm> parse_term(std::string_view text) {
  const std::size_t equals = text.find('=');
  PmuTerm term{std::string(trim(text.substr(0, equals))), 1};
  if (!is_term_name(term.name)) return std::nullopt;
  if (equals == std::string_view::npos) return term;
  const std::string_view value = trim(text.substr(equals + 1));
  term.value = parse_value(value);
  if (!term.value && value != "?") return std::nullopt;
  return term;
}

}  // namespace

unsigned PmuField::width() const {
  unsigned width = 0;
  for (const PmuBits& range : bits) width += range.width();
  return width;
}

bool PmuField::holds(std::uint64_t value) const { return (value & ~low_bits(width())) == 0; }

void PmuField::write(std::uint64_t value, PmuConfig& config) const {
  for (const PmuBits& range : bits) {
    const std::uint64_t mask = low_bits(range.width());
    config[word] = (config[word] & ~(mask << range.first)) | ((value & mask) << range.first);
    value = range.width() >= kWordBits ? 0 : value >> range.width();
  }
}

std::optional<PmuField> parse_pmu_field(std::string_view text) {
  static constexpr std::array<std::string_view, kPmuConfigWords> kWords{"config", "config1", "config2"};
  text = trim(text);
  const std::size_t colon = text.find(':');
  const auto word = std::ranges::find(kWords, text.substr(0, colon));
  if (colon == std::string_view::npos || word == kWords.end()) return std::nullopt;
  PmuField field{static_cast<std::size_t>(word - kWords.begin()), {}};
  for (const std::string& part : split(text.substr(colon + 1), ',')) {
    const auto bits = parse_bits(part);
    if (!bits || field.width() + bits->width() > kWordBits) return std::nullopt;
    field.bits.push_back(*bits);
  }
  return field;
}

std::optional<std::vector<PmuTerm>> parse_pmu_terms(std::string_view text) {
  std::vector<PmuTerm> terms;
  for (const std::string& part : split(trim(text), ',')) {
    auto term = parse_term(part);
    if (!term || terms.size() == kMostTerms) return std::nullopt;
    terms.push_back(std::move(*term));
  }
  return terms;
}

}  // namespace sriov
