#include "collector/proc/softnet_text.h"

#include <charconv>

#include "collector/proc/proc_stat_text.h"
#include "collector/text_scan.h"
#include "core/sample_block.h"

namespace sriov {
namespace {

constexpr std::size_t kCpuPosition = 12;
constexpr std::size_t kMostPositions = 16;
constexpr std::size_t kFewestPositions = 3;
/// Where each SoftnetField stands in a line.
constexpr std::array<std::size_t, kSoftnetFieldCount> kPositions{0, 1, 2, 9, 10, 11};

/// How many numbers the line holds; 0 when it holds anything else.
std::size_t parse_line(std::string_view text, std::array<std::int64_t, kMostPositions>& values) {
  TextScan scan(text);
  std::size_t count = 0;
  while (scan.skip_blanks() && !scan.at_end() && count < kMostPositions) {
    const std::string_view word = scan.word();
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, 16);
    if (error != std::errc{} || end != word.data() + word.size()) return 0;
    values[count++] = value;
  }
  return count;
}

}  // namespace

void parse_softnet(std::string_view text, std::vector<SoftnetRow>& out) {
  out.clear();
  TextScan lines(text);
  while (!lines.at_end()) {
    std::array<std::int64_t, kMostPositions> values{};
    const std::size_t count = parse_line(lines.line(), values);
    if (count < kFewestPositions) continue;
    if (count > kCpuPosition && values[kCpuPosition] >= kMostCpus) continue;
    SoftnetRow& row = out.emplace_back();
    row.cpu = count > kCpuPosition ? values[kCpuPosition] : kAbsent;
    for (std::size_t field = 0; field < kSoftnetFieldCount; ++field)
      row.values[field] = kPositions[field] < count ? values[kPositions[field]] : kAbsent;
    // Before the CPU was told, the place of the backlog held nothing.
    if (count <= kCpuPosition) row.values[kSoftnetBacklog] = kAbsent;
  }
}

}  // namespace sriov
