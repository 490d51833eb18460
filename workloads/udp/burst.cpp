// Datagrams that come in bursts, at random or as they were recorded, client to server: what uneven load does to loss
// and delay. Nothing is smoothed: what is late is sent at once.
#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "core/text.h"
#include "host/clock.h"
#include "workloads/udp/arrival_trace.h"
#include "workloads/udp/udp_flow.h"

namespace sriov {
namespace {

constexpr double kMostPerSecond = 1e8;

Result<void> check_pattern(std::string_view text) {
  if (text == "bursts" || text == "poisson" || text == "replay") return {};
  return fail_usage(fmt::format("'{}' is no pattern", text), "", "bursts, poisson or replay");
}

Result<void> check_rate(std::string_view text) {
  const auto rate = to_double(text);
  if (rate && *rate > 0 && *rate <= kMostPerSecond) return {};
  return fail_usage(fmt::format("'{}' is not a number of datagrams a second (up to {:g})", text, kMostPerSecond));
}

Result<void> check_time(std::string_view text) {
  SRIOV_ASSIGN(const std::int64_t ns, parse_duration_ns(text));
  if (ns > 0) return {};
  return fail_usage("a burst and the silence after it must take some time");
}

Result<void> check_trace(std::string_view text) {
  if (text.empty()) return {};
  SRIOV_TRY(load_arrival_trace(text));
  return {};
}

Result<std::string> expand_trace(std::string_view text) {
  if (text.empty()) return std::string();
  return load_arrival_trace(text);
}

constexpr std::array kOptions{
    OwnOption{"pattern", "bursts, poisson or replay", "bursts", "How the datagrams of a stream are spread.",
              check_pattern},
    OwnOption{"datagrams_per_s", "number", "10000", "Of each stream: within a burst, or on average (poisson).",
              check_rate},
    OwnOption{"on", "duration", "10ms", "Length of a burst.", check_time},
    OwnOption{"off", "duration", "90ms", "Silence between bursts.", check_time},
    OwnOption{"trace", "file", "", "What to replay, over and over: CSV with the header gap_us,bytes.", check_trace,
              expand_trace}};

std::string option(const WorkloadSpec& spec, std::string_view name) { return own_value(kOptions, spec, name); }

Result<ArrivalTrace> trace_of(const WorkloadSpec& spec) {
  if (option(spec, "pattern") != "replay") return ArrivalTrace{};
  const std::string csv = option(spec, "trace");
  if (csv.empty()) return fail_usage("pattern = replay needs a trace", "", "give the file's name as trace");
  SRIOV_ASSIGN(ArrivalTrace trace, parse_arrival_trace(csv));
  for (std::int64_t& bytes : trace.lengths_bytes)
    bytes = std::max(bytes, static_cast<std::int64_t>(kDatagramHeaderBytes));  // Its number must fit.
  return trace;
}

Result<void> check(const WorkloadSpec& spec) {
  SRIOV_TRY(trace_of(spec));
  if (spec.gso && option(spec, "pattern") == "replay")
    return fail_usage("gso cuts datagrams of one length, and those of a trace have many", "", "leave gso out");
  return {};
}

std::int64_t longest_bytes(const WorkloadSpec& spec, const ArrivalTrace& trace) {
  if (trace.lengths_bytes.empty()) return spec.message_bytes;
  return *std::max_element(trace.lengths_bytes.begin(), trace.lengths_bytes.end());
}

Result<std::unique_ptr<Arrivals>> arrivals_of(const Stream& stream, const ArrivalTrace& trace, std::int64_t start_ns) {
  const std::string pattern = option(stream.spec, "pattern");
  if (pattern == "replay") return make_replay(trace.gaps_ns, start_ns);
  const double per_s = to_double(option(stream.spec, "datagrams_per_s")).value_or(1);
  if (pattern == "poisson") return make_arrivals(ArrivalPattern::poisson, per_s, start_ns, 1 + stream.hello.stream);
  SRIOV_ASSIGN(const std::int64_t on_ns, parse_duration_ns(option(stream.spec, "on")));
  SRIOV_ASSIGN(const std::int64_t off_ns, parse_duration_ns(option(stream.spec, "off")));
  return make_bursts(1e9 / per_s, on_ns, off_ns, start_ns);
}

Result<StreamEnd> client_body(Stream& stream, RunClock& clock, const Halt& halt) {
  SRIOV_ASSIGN(ArrivalTrace trace, trace_of(stream.spec));
  const std::int64_t start_ns = clock.start(monotonic_ns());
  stream.meter.open(start_ns, stream.timing());
  SRIOV_ASSIGN(auto arrivals, arrivals_of(stream, trace, start_ns));
  const std::int64_t longest = longest_bytes(stream.spec, trace);
  Arriving schedule(std::move(arrivals), std::move(trace.lengths_bytes));
  return send_datagrams(stream, schedule, longest, halt);
}

Result<StreamEnd> server_body(Stream& stream, RunClock& clock, const Halt& halt) {
  SRIOV_ASSIGN(const ArrivalTrace trace, trace_of(stream.spec));
  return receive_datagrams(stream, clock, longest_bytes(stream.spec, trace), halt);
}

const UdpProfile& profile() {
  static const UdpProfile kProfile{
      .describe = {.name = "burst",
                   .help =
                       "UDP datagrams in bursts, at random or as recorded, client to server: what uneven load loses "
                       "and delays.",
                   .measures = kDatagramMeasures,
                   .own_options = kOptions,
                   .limits = {.min_message_bytes = kDatagramHeaderBytes,
                              .max_message_bytes = kMaxDatagramBytes,
                              .message_hint = "a datagram must fit; 1400 fits an Ethernet frame",
                              .can_pace = false},
                   .default_message_bytes = 1400,
                   .check = check},
      .client_body = client_body,
      .server_body = server_body};
  return kProfile;
}

const Registration<Workload, UdpWorkload<profile>> registration{"burst"};

}  // namespace
}  // namespace sriov
