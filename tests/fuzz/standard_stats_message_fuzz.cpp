#include <cstdlib>

#include "collector/net/standard_stats_message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  std::vector<sriov::StandardValue> values;
  sriov::parse_standard_stats(bytes, values);
  if (values.size() > size / sizeof(std::uint32_t)) std::abort();
  for (const sriov::StandardValue& value : values) {
    using enum sriov::StandardKey::Kind;
    if (value.value < 0) std::abort();
    if (value.key.kind == statistic && (value.key.low != 0 || value.key.high != 0)) std::abort();
    if (value.key.kind != statistic && sriov::histogram_name(value.key).empty()) std::abort();
  }
  for (std::uint32_t set = 15; set < 22; ++set) {
    std::size_t characters = 0;
    for (const std::string& text : sriov::parse_string_set(bytes, set)) characters += text.size();
    if (characters > size) std::abort();
  }
  if (sriov::parse_family_id(bytes) && size < sizeof(std::uint16_t)) std::abort();
  return 0;
}
