#include "core/cpu_list.h"

#include <charconv>
#include <optional>
#include <string>

#include "core/text.h"

namespace sriov {
namespace {

std::optional<std::int64_t> cpu_of(std::string_view text) {
  std::int64_t cpu = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cpu);
  if (error != std::errc{} || end != text.data() + text.size() || cpu < 0 || cpu >= kMostCpus) return std::nullopt;
  return cpu;
}

}  // namespace

std::vector<std::int64_t> parse_cpu_list(std::string_view text) {
  std::vector<std::int64_t> out;
  for (const std::string& range : split(trim(text), ',')) {
    const std::size_t dash = range.find('-');
    const auto first = cpu_of(std::string_view(range).substr(0, dash));
    const auto last = dash == std::string::npos ? first : cpu_of(std::string_view(range).substr(dash + 1));
    if (!first || !last || *last < *first) return {};
    if (*last - *first >= kMostCpus - static_cast<std::int64_t>(out.size())) return {};
    for (std::int64_t cpu = *first; cpu <= *last; ++cpu) out.push_back(cpu);
  }
  return out;
}

}  // namespace sriov
