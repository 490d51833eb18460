#include "collector/interrupts/irq_counts_text.h"

#include <charconv>

namespace sriov {

bool parse_irq_counts(std::string_view text, std::span<std::int64_t> counts) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (i > 0 && (at == end || *at++ != ',')) return false;
    std::uint32_t count = 0;
    const auto parsed = std::from_chars(at, end, count);
    if (parsed.ec != std::errc()) return false;
    counts[i] = count;
    at = parsed.ptr;
  }
  return at == end && !counts.empty();
}

}  // namespace sriov
