// /proc/net/softnet_stat (net/core/net-procfs.c): a line for every online CPU, hexadecimal, without names.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sriov {

enum SoftnetField : std::size_t {
  kSoftnetProcessed,
  kSoftnetDropped,
  kSoftnetTimeSqueeze,
  kSoftnetReceivedRps,
  kSoftnetFlowLimit,
  kSoftnetBacklog,
  kSoftnetFieldCount
};

struct SoftnetRow {
  std::int64_t cpu = 0;  ///< kAbsent on kernels that do not tell it (before 5.10): the row is of the nth online CPU.
  std::array<std::int64_t, kSoftnetFieldCount> values{};  ///< kAbsent where the kernel has no such field.
};

/// `out` is overwritten and keeps its memory; lines that are no row of hexadecimal numbers are left out.
void parse_softnet(std::string_view text, std::vector<SoftnetRow>& out);

}  // namespace sriov
