#include "workloads/engine/transactions.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.h"
#include "host/clock.h"
#include "workloads/spec.h"

namespace sriov {
namespace {

constexpr double kMostPerSecond = 1e8;

Result<void> check_rate(std::string_view text) {
  const auto rate = to_double(text);
  if (rate && *rate >= 0 && *rate <= kMostPerSecond) return {};
  return fail_usage(fmt::format("'{}' is not a number of transactions a second (0 to {:g})", text, kMostPerSecond));
}

Result<void> check_pattern(std::string_view text) {
  SRIOV_TRY(parse_arrival_pattern(text));
  return {};
}

Result<void> check_response(std::string_view text) {
  SRIOV_ASSIGN(const std::int64_t bytes, parse_bytes(text));
  if (bytes >= 0 && bytes <= SpecLimits{}.max_message_bytes) return {};
  return fail_usage(fmt::format("{} is not between 0 and {}", bytes, SpecLimits{}.max_message_bytes));
}

constexpr std::array kOptions{
    OwnOption{
        "transactions_per_s", "number", "0",
        "Open loop: requests of all streams together are meant to leave at this rate, and latency counts from when "
        "they should have left. Over UDP they do leave then; a TCP stream has one under way and catches up. 0: "
        "closed loop, the next one leaves when the answer is there.",
        check_rate},
    OwnOption{"arrivals", "even or poisson", "even", "How the requests of an open loop are spread.", check_pattern},
    OwnOption{"response_bytes", "bytes", "0", "Size of a response; 0: as the request (message_bytes).",
              check_response}};

}  // namespace

std::span<const OwnOption> transaction_options() { return kOptions; }

Result<RequestSchedule> RequestSchedule::make(Stream& stream, std::int64_t start_ns) {
  RequestSchedule schedule;
  const double all_per_s = to_double(own_value(kOptions, stream.spec, "transactions_per_s")).value_or(0);
  SRIOV_ASSIGN(const ArrivalPattern pattern, parse_arrival_pattern(own_value(kOptions, stream.spec, "arrivals")));
  if (all_per_s <= 0) return schedule;
  const double per_s = all_per_s / stream.hello.streams;
  stream.transactions_asked_per_s = per_s;
  // Streams take turns inside the gap instead of sending all at once.
  const double turn_ns = 1e9 / per_s * stream.hello.stream / stream.hello.streams;
  schedule.arrivals_ =
      make_arrivals(pattern, per_s, start_ns + static_cast<std::int64_t>(turn_ns), 1 + stream.hello.stream);
  return schedule;
}

std::optional<std::int64_t> RequestSchedule::wait(Meter& meter, const Halt& halt) {
  std::int64_t now_ns = monotonic_ns();
  const std::int64_t intended_ns = arrivals_ ? arrivals_->next_ns() : now_ns;
  while (true) {
    if (halt.requested() || intended_ns >= meter.end_ns() || now_ns >= meter.end_ns()) return std::nullopt;
    if (now_ns >= intended_ns) break;
    sleep_until_ns(std::min(intended_ns, now_ns + kPollNs));
    now_ns = monotonic_ns();
    meter.at(now_ns);
  }
  if (arrivals_) arrivals_->advance();
  return intended_ns;
}

Result<TransactionSizes> transaction_sizes(const WorkloadSpec& spec) {
  SRIOV_ASSIGN(const std::int64_t response, parse_bytes(own_value(kOptions, spec, "response_bytes")));
  const auto request = static_cast<std::size_t>(spec.message_bytes);
  return TransactionSizes{request, response == 0 ? request : static_cast<std::size_t>(response)};
}

}  // namespace sriov
