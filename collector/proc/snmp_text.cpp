#include "collector/proc/snmp_text.h"

#include <algorithm>

#include "collector/text_scan.h"
#include "core/sample_block.h"

namespace sriov {
namespace {

/// "Tcp" of "Tcp: …"; the rest of the line stays in `scan`.
std::string_view protocol_of(TextScan& scan) {
  std::string_view word = scan.word();
  if (!word.ends_with(':')) return {};
  word.remove_suffix(1);
  return word;
}

void take_pair(std::string_view protocol, TextScan names, TextScan numbers, std::span<const SnmpField> fields,
               std::span<std::int64_t> values) {
  while (names.skip_blanks() && numbers.skip_blanks() && !names.at_end() && !numbers.at_end()) {
    const std::string_view name = names.word();
    TextScan word(numbers.word());
    const auto number = word.number();
    for (std::size_t i = 0; number && i < fields.size(); ++i)
      if (fields[i].name == name && fields[i].protocol == protocol) values[i] = *number;
  }
}

}  // namespace

void parse_snmp(std::string_view text, std::span<const SnmpField> fields, std::span<std::int64_t> values) {
  std::fill(values.begin(), values.end(), kAbsent);
  TextScan lines(text);
  while (!lines.at_end()) {
    TextScan names(lines.line());
    const std::string_view protocol = protocol_of(names);
    if (protocol.empty()) continue;
    TextScan numbers(lines.line());
    if (protocol_of(numbers) == protocol) take_pair(protocol, names, numbers, fields, values);
  }
}

void parse_snmp6(std::string_view text, std::span<const std::string_view> names, std::span<std::int64_t> values) {
  std::fill(values.begin(), values.end(), kAbsent);
  TextScan lines(text);
  while (!lines.at_end()) {
    TextScan line(lines.line());
    const std::string_view name = line.word();
    const auto place = std::find(names.begin(), names.end(), name);
    if (place == names.end()) continue;
    line.skip_blanks();
    if (const auto number = line.number()) values[static_cast<std::size_t>(place - names.begin())] = *number;
  }
}

}  // namespace sriov
