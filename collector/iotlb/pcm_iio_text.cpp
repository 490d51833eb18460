#include "collector/iotlb/pcm_iio_text.h"

#include <algorithm>

#include "core/sample_block.h"
#include "core/text.h"

namespace sriov {
namespace {

constexpr std::size_t kMostCells = 256;

/// Calls `with` with the index and the trimmed text of each cell; returns how many there are.
template <class Function>
std::size_t for_each_cell(std::string_view line, Function with) {
  std::size_t index = 0;
  while (index < kMostCells) {
    const std::size_t comma = line.find(',');
    with(index++, trim(line.substr(0, comma)));
    if (comma == std::string_view::npos) break;
    line.remove_prefix(comma + 1);
  }
  return index;
}

std::optional<PcmIioEvent> event_of(std::string_view name) {
  if (name == "IOTLB Lookup") return kPcmIotlbLookup;
  if (name == "IOTLB Hit") return kPcmIotlbHit;
  if (name == "IOTLB Miss") return kPcmIotlbMiss;
  if (name == "IOMMU Mem Access" || name == "VT-d Mem Read") return kPcmMemoryAccess;
  return std::nullopt;
}

}  // namespace

std::optional<PcmIioColumns> parse_pcm_iio_header(std::string_view line) {
  PcmIioColumns columns;
  std::optional<std::size_t> socket;
  std::optional<std::size_t> stack;
  bool has_part = false;
  columns.count = for_each_cell(line, [&](std::size_t index, std::string_view name) {
    if (name == "Socket") socket = index;
    if (name == "Name") stack = index;
    if (name == "Part") has_part = true;
    if (const auto event = event_of(name)) columns.events[*event] = index;
  });
  if (!socket || !stack || !has_part) return std::nullopt;
  columns.socket = *socket;
  columns.stack = *stack;
  return columns;
}

bool has_iotlb(const PcmIioColumns& columns) {
  return columns.events[kPcmIotlbMiss] && (columns.events[kPcmIotlbLookup] || columns.events[kPcmIotlbHit]);
}

std::optional<PcmIioRow> parse_pcm_iio_row(std::string_view line, const PcmIioColumns& columns) {
  PcmIioRow row;
  row.per_second.fill(kAbsent);
  const std::size_t cells = for_each_cell(line, [&](std::size_t index, std::string_view text) {
    if (index == columns.socket) row.socket = text;
    if (index == columns.stack) row.stack = text;
    for (std::size_t event = 0; event < kPcmIioEventCount; ++event)
      if (columns.events[event] == index) row.per_second[event] = to_int(text).value_or(kAbsent);
  });
  if (cells != columns.count || row.socket.empty() || row.stack.empty()) return std::nullopt;
  // The header line of the next interval has as many cells: it holds no number.
  const bool any = std::ranges::any_of(row.per_second, [](std::int64_t value) { return value != kAbsent; });
  return any ? std::optional(row) : std::nullopt;
}

}  // namespace sriov
