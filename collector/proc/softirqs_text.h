// /proc/softirqs (fs/proc/softirqs.c): a column for every possible CPU, a line for every kind.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace sriov {

/// The table as it stands in the text, which it points into.
struct SoftirqTable {
  std::vector<std::int64_t> cpus;       ///< Ids from the heading, by column.
  std::vector<std::string_view> kinds;  ///< "NET_RX", by line.
  std::vector<std::int64_t> counts;     ///< kinds.size() x cpus.size(), line after line; kAbsent where unreadable.
};

/// `out` is overwritten and keeps its memory. Lines without a kind are left out; a line that ends early or holds
/// something else than numbers is kAbsent from there on.
void parse_softirqs(std::string_view text, SoftirqTable& out);

}  // namespace sriov
