// Checks of a WorkloadSpec that all workloads share.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/result.h"
#include "core/time.h"
#include "core/workload_types.h"

namespace sriov {

inline constexpr int kMaxStreams = 1024;
inline constexpr std::int64_t kMaxSocketBufferBytes = std::int64_t{1} << 30U;
inline constexpr std::int64_t kMaxDurationNs = std::int64_t{7} * 24 * 3600 * kNsPerSecond;

/// What one workload accepts.
struct SpecLimits {
  std::int64_t min_message_bytes = 1;
  std::int64_t max_message_bytes = std::int64_t{16} << 20U;
  std::string_view message_hint;  ///< What to use instead of a size out of range.
  bool can_pace = true;           ///< False: rate_bps has no meaning here and is refused.
};

/// Usage error that names the option, its value and the valid range.
[[nodiscard]] Result<void> validate_spec(const WorkloadSpec& spec, const SpecLimits& limits);

}  // namespace sriov
