#include "workloads/spec.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/text.h"
#include "workloads/workload.h"

namespace sriov {
namespace {

constexpr std::array<std::string_view, 5> kOptions{"message_bytes", "no_delay", "rate_bps", "socket_buffer_bytes",
                                                   "streams"};
constexpr std::int64_t kMaxSocketBufferBytes = std::int64_t{1} << 30U;

std::vector<std::string> to_strings(std::span<const std::string_view> words) { return {words.begin(), words.end()}; }

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
  const std::vector<std::string> known = to_strings(candidates);
  const std::string guess = nearest(word, known);
  if (!guess.empty()) return fmt::format("did you mean '{}'?", guess);
  return fmt::format("one of: {}", join(known, ", "));
}

tl::unexpected<Error> out_of_range(std::string_view option, std::int64_t value, std::int64_t low, std::int64_t high,
                                   std::string_view hint = {}) {
  return fail_usage(fmt::format("{} = {} is not between {} and {}", option, value, low, high), "", std::string(hint));
}

Result<std::int64_t> parse_in_range(std::string_view option, Result<std::int64_t> parsed, std::int64_t low,
                                    std::int64_t high) {
  if (!parsed) return tl::unexpected(parsed.error().at(option));
  if (*parsed < low || *parsed > high) return out_of_range(option, *parsed, low, high);
  return parsed;
}

Result<std::int64_t> parse_count(std::string_view text) {
  const auto number = to_int(trim(text));
  if (!number) return fail_usage(fmt::format("'{}' is not a whole number", text));
  return *number;
}

Result<bool> parse_switch(std::string_view option, std::string_view text) {
  static constexpr std::array<std::string_view, 2> kWords{"false", "true"};
  const std::string_view word = trim(text);
  if (word == "true") return true;
  if (word == "false") return false;
  return fail_usage(fmt::format("'{}' is not true or false", text), std::string(option), did_you_mean(word, kWords));
}

}  // namespace

std::span<const std::string_view> workload_options() { return kOptions; }

Result<void> set_workload_option(WorkloadSpec& spec, std::string_view option, std::string_view value) {
  constexpr std::int64_t kMaxRate = 10'000'000'000'000;
  if (option == "message_bytes") {
    SRIOV_ASSIGN(spec.message_bytes, parse_in_range(option, parse_bytes(value), 1, SpecLimits{}.max_message_bytes));
  } else if (option == "streams") {
    SRIOV_ASSIGN(const std::int64_t streams, parse_in_range(option, parse_count(value), 1, kMaxStreams));
    spec.streams = static_cast<int>(streams);
  } else if (option == "rate_bps") {
    SRIOV_ASSIGN(spec.rate_bps, parse_in_range(option, parse_rate_bps(value), 0, kMaxRate));
  } else if (option == "socket_buffer_bytes") {
    SRIOV_ASSIGN(spec.socket_buffer_bytes, parse_in_range(option, parse_bytes(value), 0, kMaxSocketBufferBytes));
  } else if (option == "no_delay") {
    SRIOV_ASSIGN(spec.no_delay, parse_switch(option, value));
  } else {
    return fail_usage(fmt::format("unknown workload option '{}'", option), "", did_you_mean(option, kOptions));
  }
  return {};
}

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
