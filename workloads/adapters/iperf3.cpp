// iperf3 as a workload: bulk TCP both ways and UDP. Warm-up and window are one run of it, told apart by its intervals.
#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "workloads/adapters/iperf3_output.h"
#include "workloads/adapters/tool_workload.h"
#include "workloads/engine/report_builder.h"
#include "workloads/engine/socket.h"

namespace sriov {
namespace {

constexpr std::int64_t kShortestIntervalNs = 100 * kNsPerMs;         // MIN_INTERVAL
constexpr int kMostStreams = 128;                                    // MAX_STREAMS
constexpr std::int64_t kMostMssBytes = 9216;                         // MAX_MSS
constexpr std::int64_t kMostTcpBytes = 1 << 20;                      // MAX_BLOCKSIZE
constexpr std::int64_t kLeastUdpBytes = 16;                          // MIN_UDP_BLOCKSIZE
constexpr std::int64_t kMostUdpBytes = 65507;                        // MAX_UDP_BLOCKSIZE
constexpr std::int64_t kMostBufferBytes = std::int64_t{512} << 20U;  // MAX_TCP_BUFFER

constexpr std::array<std::string_view, 9> kTcpOptions{"streams",   "rate_bps",   "socket_buffer_bytes",
                                                      "no_delay",  "congestion", "mss_bytes",
                                                      "zero_copy", "dscp",       "interface"};
constexpr std::array<std::string_view, 5> kUdpOptions{"streams", "rate_bps", "socket_buffer_bytes", "dscp",
                                                      "interface"};

constexpr std::array kTcpMeasures{
    measures::kBytesSent,   measures::kBytesReceived, measures::kTotalBytesSent, measures::kTotalBytesReceived,
    measures::kGoodput,     measures::kCpu,           measures::kCpuUser,        measures::kCpuSystem,
    measures::kRetransmits, measures::kServiceDemand};
constexpr std::array kUdpMeasures{measures::kBytesSent,         measures::kBytesReceived,
                                  measures::kTotalBytesSent,    measures::kTotalBytesReceived,
                                  measures::kGoodput,           measures::kCpu,
                                  measures::kCpuUser,           measures::kCpuSystem,
                                  measures::kDatagramsSent,     measures::kDatagramsReceived,
                                  measures::kDatagramsSentRate, measures::kDatagramsReceivedRate,
                                  measures::kDatagramsLost,     measures::kJitter,
                                  measures::kRateAsked,         measures::kRateAchieved,
                                  measures::kServiceDemand};
constexpr std::array kUdpNotTold{
    NotTold{measures::kDatagramsReordered, "iperf3 tells it of the whole run, not of the window"},
    NotTold{measures::kDatagramsDuplicated, "iperf3 does not count them"},
    NotTold{measures::kJitterP99, "iperf3 tells the smoothed jitter alone"}};

/// iperf3's interval: the longest that divides warm-up and window, and is no longer than the report's.
std::int64_t interval_of(const WorkloadSpec& spec) {
  return std::gcd(std::gcd(spec.warmup_ns, spec.duration_ns), spec.interval_ns == 0 ? kNsPerSecond : spec.interval_ns);
}

Result<void> check(const WorkloadSpec& spec) {
  if (spec.streams > kMostStreams)
    return fail_usage(fmt::format("streams = {}: iperf3 has at most {}", spec.streams, kMostStreams));
  if (spec.mss_bytes > kMostMssBytes)
    return fail_usage(fmt::format("mss_bytes = {}: iperf3 takes at most {}", spec.mss_bytes, kMostMssBytes));
  if (spec.socket_buffer_bytes > kMostBufferBytes)
    return fail_usage(
        fmt::format("socket_buffer_bytes = {}: iperf3 takes at most {}", spec.socket_buffer_bytes, kMostBufferBytes));
  if (interval_of(spec) < kShortestIntervalNs)
    return fail_usage(fmt::format("a warm-up of {}, a window of {} and intervals of {} have no common part of 100ms or "
                                  "more, and iperf3 has no shorter intervals",
                                  format_duration(spec.warmup_ns), format_duration(spec.duration_ns),
                                  format_duration(spec.interval_ns)),
                      "", "give them in multiples of 100ms");
  return {};
}

std::vector<ToolRun> runs(const WorkloadSpec& spec) {
  return {{{spec.warmup_ns, spec.duration_ns, spec.interval_ns}, false}};
}

/// What both ends are told.
Result<Command> common_words(const WorkloadSpec& spec, std::uint16_t port) {
  Command words{"iperf3", "-J",
                "-p",     std::to_string(port),
                "-i",     fmt::format("{:.3f}", static_cast<double>(interval_of(spec)) / 1e9)};
  if (!spec.bind_address.empty()) words.insert(words.end(), {"-B", spec.bind_address});
  if (!spec.interface.empty()) {
    SRIOV_ASSIGN(const std::string device, resolve_interface(spec.interface, spec.bind_address));
    words.insert(words.end(), {"--bind-dev", device});
  }
  return words;
}

/// The client tells the server the rest.
Result<Command> client_words(const WorkloadSpec& spec, std::uint16_t port, bool udp, bool reverse) {
  SRIOV_ASSIGN(Command words, common_words(spec, port));
  const auto add = [&words](std::initializer_list<std::string> more) { words.insert(words.end(), more); };
  add({"-c", spec.address, "-t", seconds_up(spec.warmup_ns + spec.duration_ns)});
  add({"-l", std::to_string(spec.message_bytes), "-P", std::to_string(spec.streams)});
  add({"-b", std::to_string(spec.rate_bps == 0 ? 0 : std::max<std::int64_t>(1, spec.rate_bps / spec.streams))});
  add({"--connect-timeout", std::to_string(kConnectNs / kNsPerMs)});
  if (spec.socket_buffer_bytes > 0) add({"-w", std::to_string(spec.socket_buffer_bytes)});
  if (spec.dscp > 0) add({"--dscp", std::to_string(spec.dscp)});
  if (spec.no_delay) add({"-N"});
  if (!spec.congestion.empty()) add({"-C", spec.congestion});
  if (spec.mss_bytes > 0) add({"-M", std::to_string(spec.mss_bytes)});
  if (spec.zero_copy) add({"-Z"});
  if (udp) add({"-u"});
  if (reverse) add({"-R"});
  return words;
}

auto reader(const ToolRun& run, Iperf3Role role) {
  return [timing = run.timing, role](const ToolOutput& output, const ToolTold& /*told*/) {
    return read_iperf3(output, timing, role);
  };
}

template <bool udp, bool reverse>
Result<ToolStart> serve(const WorkloadSpec& spec, std::uint16_t port, const ToolRun& run) {
  SRIOV_ASSIGN(Command words, common_words(spec, port));
  words.insert(words.end(), {"-s", "-1"});
  return ToolStart{std::move(words), {}, reader(run, {reverse, udp})};
}

template <bool udp, bool reverse>
Result<ToolStart> call(const WorkloadSpec& spec, std::uint16_t port, const ToolRun& run) {
  SRIOV_ASSIGN(Command words, client_words(spec, port, udp, reverse));
  return ToolStart{std::move(words), {}, reader(run, {!reverse, udp})};
}

ToolProfile common() {
  ToolProfile profile;
  profile.tool = profile.server_tool = "iperf3";
  profile.install = "apt-get install iperf3, on both endpoints";
  profile.server_ends_itself = true;
  profile.runs = runs;
  return profile;
}

template <bool reverse>
ToolProfile tcp(std::string_view name, std::string_view help) {
  ToolProfile profile = common();
  profile.describe = {.name = name,
                      .help = help,
                      .measures = kTcpMeasures,
                      .limits = {.max_message_bytes = kMostTcpBytes, .message_hint = "64k is usual"},
                      .client_sends = !reverse,
                      .server_sends = reverse,
                      .check = check};
  profile.options = kTcpOptions;
  profile.server = serve<false, reverse>;
  profile.client = call<false, reverse>;
  return profile;
}

const ToolProfile& tcp_stream() {
  static const ToolProfile kProfile =
      tcp<false>("iperf3_tcp_stream", "iperf3's bulk TCP, client to server; needs iperf3 on both endpoints.");
  return kProfile;
}

const ToolProfile& tcp_maerts() {
  static const ToolProfile kProfile =
      tcp<true>("iperf3_tcp_maerts", "iperf3's bulk TCP, server to client (-R); needs iperf3 on both endpoints.");
  return kProfile;
}

ToolProfile make_udp_stream() {
  ToolProfile profile = common();
  profile.protocol = Protocol::udp;
  profile.describe = {.name = "iperf3_udp_stream",
                      .help =
                          "iperf3's UDP, client to server, paced or as fast as it goes; needs iperf3 on both "
                          "endpoints.",
                      .measures = kUdpMeasures,
                      .limits = {.min_message_bytes = kLeastUdpBytes,
                                 .max_message_bytes = kMostUdpBytes,
                                 .message_hint = "1400 fits an Ethernet frame"},
                      .default_message_bytes = 1400,
                      .check = check};
  profile.options = kUdpOptions;
  profile.not_told = kUdpNotTold;
  profile.server = serve<true, false>;
  profile.client = call<true, false>;
  return profile;
}

const ToolProfile& udp_stream() {
  static const ToolProfile kProfile = make_udp_stream();
  return kProfile;
}

const Registration<Workload, ToolWorkload<tcp_stream>> stream_registration{"iperf3_tcp_stream"};
const Registration<Workload, ToolWorkload<tcp_maerts>> maerts_registration{"iperf3_tcp_maerts"};
const Registration<Workload, ToolWorkload<udp_stream>> udp_registration{"iperf3_udp_stream"};

}  // namespace
}  // namespace sriov
