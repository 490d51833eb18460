// A recording of datagrams: when they came and how long they were, as CSV with the header "gap_us,bytes".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace sriov {

struct ArrivalTrace {
  std::vector<std::int64_t> gaps_ns;        ///< From each datagram to the one after it.
  std::vector<std::int64_t> lengths_bytes;  ///< Of the datagrams; as many as gaps.
};

/// At most 100,000 rows; gaps in microseconds (decimals allowed, 0 to one hour), lengths in bytes. Errors name the
/// line.
[[nodiscard]] Result<ArrivalTrace> parse_arrival_trace(std::string_view csv);
/// The contents of a trace that is given as a file's name or as its contents already.
[[nodiscard]] Result<std::string> load_arrival_trace(std::string_view text);

}  // namespace sriov
