#include "workloads/spec.h"

#include <string>

#include <fmt/format.h>

namespace sriov {
namespace {

tl::unexpected<Error> out_of_range(std::string_view option, std::int64_t value, std::int64_t low, std::int64_t high,
                                   std::string_view hint = {}) {
  return fail_usage(fmt::format("{} = {} is not between {} and {}", option, value, low, high), "", std::string(hint));
}

}  // namespace

Result<void> validate_spec(const WorkloadSpec& spec, const SpecLimits& limits) {
  if (spec.streams < 1 || spec.streams > kMaxStreams) return out_of_range("streams", spec.streams, 1, kMaxStreams);
  if (spec.message_bytes < limits.min_message_bytes || spec.message_bytes > limits.max_message_bytes)
    return out_of_range("message_bytes", spec.message_bytes, limits.min_message_bytes, limits.max_message_bytes,
                        limits.message_hint);
  if (spec.socket_buffer_bytes < 0 || spec.socket_buffer_bytes > kMaxSocketBufferBytes)
    return out_of_range("socket_buffer_bytes", spec.socket_buffer_bytes, 0, kMaxSocketBufferBytes);
  if (spec.rate_bps < 0) return fail_usage(fmt::format("rate_bps = {} is negative", spec.rate_bps));
  if (spec.rate_bps > 0 && !limits.can_pace)
    return fail_usage(fmt::format("{} cannot be paced", spec.workload), "", "leave rate_bps out");
  if (spec.warmup_ns < 0 || spec.warmup_ns > kMaxDurationNs)
    return fail_usage(fmt::format("a warm-up of {} ns is not between 0 and 7 days", spec.warmup_ns));
  if (spec.duration_ns <= 0 || spec.duration_ns > kMaxDurationNs)
    return fail_usage(fmt::format("a duration of {} ns is not between 1 ns and 7 days", spec.duration_ns));
  return {};
}

}  // namespace sriov
