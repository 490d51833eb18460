// What `pcm-iio -csv` prints (intel/pcm, src/pcm-iio.cpp): banners, then every interval a header line and a line per
// stack and part. Columns are found by name: newer versions print Date and Time in front, other processors other
// events.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sriov {

enum PcmIioEvent : std::size_t { kPcmIotlbLookup, kPcmIotlbHit, kPcmIotlbMiss, kPcmMemoryAccess, kPcmIioEventCount };

/// Where the columns are. A processor has lookups or hits; hits and misses together are the lookups.
struct PcmIioColumns {
  std::size_t count = 0;  ///< Cells of the header.
  std::size_t socket = 0;
  std::size_t stack = 0;
  std::array<std::optional<std::size_t>, kPcmIioEventCount> events;

  friend bool operator==(const PcmIioColumns&, const PcmIioColumns&) = default;
};

/// The columns of a header line (it has Socket, Name and Part); nullopt for any other line.
[[nodiscard]] std::optional<PcmIioColumns> parse_pcm_iio_header(std::string_view line);

/// Whether the IOTLB is among the columns: misses, and lookups or hits.
[[nodiscard]] bool has_iotlb(const PcmIioColumns& columns);

/// One stack. Numbers are events per second, extrapolated from the slice of the interval that pcm-iio gave the event.
struct PcmIioRow {
  std::string_view socket;                                   ///< "Socket0".
  std::string_view stack;                                    ///< "IIO Stack 1 - PCIe0".
  std::array<std::int64_t, kPcmIioEventCount> per_second{};  ///< kAbsent where there is no such column.
};

/// nullopt for lines that are no complete row. pcm-iio prints what concerns the whole stack in the row of its first
/// part and cuts the rows of the other parts short: a row with fewer cells than the header has no IOTLB counts.
[[nodiscard]] std::optional<PcmIioRow> parse_pcm_iio_row(std::string_view line, const PcmIioColumns& columns);

}  // namespace sriov
