#include "collector/xen/xenbus_text.h"

#include <charconv>

#include "core/sample_block.h"

namespace sriov {

std::int64_t parse_xenbus_count(std::string_view text) {
  std::int32_t value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  const bool is_whole = parsed.ptr == end || (parsed.ptr + 1 == end && *parsed.ptr == '\n');
  if (parsed.ec != std::errc() || !is_whole) return kAbsent;
  return static_cast<std::uint32_t>(value);
}

}  // namespace sriov
