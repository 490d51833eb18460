// sockperf as a workload: ping-pong over TCP and UDP, and UDP throughput.
#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

#include "core/text.h"
#include "workloads/adapters/sockperf_output.h"
#include "workloads/adapters/tool_workload.h"
#include "workloads/engine/report_builder.h"

namespace sriov {
namespace {

constexpr std::int64_t kLeastBytes = 14;    // MIN_PAYLOAD_SIZE: its header.
constexpr std::int64_t kMostBytes = 65507;  // MAX_PAYLOAD_SIZE
constexpr std::array<std::string_view, 4> kTcpRrOptions{"socket_buffer_bytes", "busy_poll_us", "dscp", "no_delay"};
constexpr std::array<std::string_view, 3> kUdpRrOptions{"socket_buffer_bytes", "busy_poll_us", "dscp"};
constexpr std::array<std::string_view, 4> kUdpPpsOptions{"socket_buffer_bytes", "busy_poll_us", "dscp", "rate_bps"};

constexpr std::array kRrMeasures{measures::kBytesSent,        measures::kBytesReceived,
                                 measures::kTotalBytesSent,   measures::kTotalBytesReceived,
                                 measures::kGoodput,          measures::kCpu,
                                 measures::kCpuUser,          measures::kCpuSystem,
                                 measures::kTransactions,     measures::kTransactionRate,
                                 measures::kCpuPerTransaction};
constexpr std::array kPpsMeasures{measures::kBytesSent,         measures::kBytesReceived,
                                  measures::kTotalBytesSent,    measures::kTotalBytesReceived,
                                  measures::kGoodput,           measures::kCpu,
                                  measures::kCpuUser,           measures::kCpuSystem,
                                  measures::kDatagramsSent,     measures::kDatagramsReceived,
                                  measures::kDatagramsSentRate, measures::kDatagramsReceivedRate,
                                  measures::kDatagramsLost,     measures::kRateAsked,
                                  measures::kRateAchieved,      measures::kServiceDemand};
constexpr std::array kRrNotTold{NotTold{measures::kRetransmits, "sockperf does not tell TCP's retransmissions"}};
constexpr std::array kUdpRrNotTold{
    NotTold{measures::kTransactionsLost, "sockperf tells the lost ones of its own window, not of this one"}};
constexpr std::array kPpsNotTold{NotTold{measures::kJitter, "sockperf does not measure it"},
                                 NotTold{measures::kDatagramsReordered, "sockperf does not tell it in this mode"}};

/// sockperf 3.7 has no IPv6, and says so only when it runs.
Result<void> check_addresses(const WorkloadSpec& spec) {
  if (spec.address.find(':') == std::string::npos && spec.bind_address.find(':') == std::string::npos) return {};
  return fail_usage("sockperf cannot be told an IPv6 address");
}

/// The client's run has the window in it wherever its own warm-up ends, and whole seconds: some of it comes behind.
std::string rr_seconds(const ToolTiming& timing) {
  return seconds_up(std::max(timing.warmup_ns, kSockperfWarmupNs) + timing.duration_ns + kSockperfCooldownNs);
}

std::vector<ToolRun> rr_runs(const WorkloadSpec& spec) { return {{{spec.warmup_ns, spec.duration_ns, 0}, false}}; }

Result<void> check_pps(const WorkloadSpec& spec) {
  SRIOV_TRY(check_addresses(spec));
  return check_whole_seconds("sockperf", spec);
}

void add_common(const WorkloadSpec& spec, std::uint16_t port, bool tcp, Command& words) {
  const auto add = [&words](std::initializer_list<std::string> more) { words.insert(words.end(), more); };
  add({"-p", std::to_string(port)});
  if (tcp) add({"--tcp"});
  if (spec.socket_buffer_bytes > 0) add({"--buffer-size", std::to_string(spec.socket_buffer_bytes)});
  if (spec.busy_poll_us > 0) add({"--lls", std::to_string(spec.busy_poll_us)});
  if (spec.dscp > 0) add({"--tos", std::to_string(spec.dscp << 2U)});  // DSCP is the upper six bits of TOS.
}

Command server_words(const WorkloadSpec& spec, std::uint16_t port, bool tcp) {
  Command words{"sockperf", "server"};
  if (!spec.bind_address.empty()) words.insert(words.end(), {"-i", spec.bind_address});
  add_common(spec, port, tcp, words);
  return words;
}

Command client_words(const char* mode, const WorkloadSpec& spec, std::uint16_t port, bool tcp) {
  Command words{"sockperf", mode, "-i", spec.address, "-m", std::to_string(spec.message_bytes)};
  if (!spec.bind_address.empty()) words.insert(words.end(), {"--client_ip", spec.bind_address});
  add_common(spec, port, tcp, words);
  return words;
}

template <bool tcp>
Result<ToolStart> serve_rr(const WorkloadSpec& spec, std::uint16_t port, const ToolRun& /*run*/) {
  return ToolStart{server_words(spec, port, tcp),
                   {},
                   [bytes = spec.message_bytes](const ToolOutput& output, const ToolTold& told) -> Result<ToolReading> {
                     SRIOV_ASSIGN(ToolReading reading, read_sockperf_server(output, bytes, true));
                     complete(reading, told);
                     return reading;
                   }};
}

template <bool tcp>
Result<ToolStart> call_rr(const WorkloadSpec& spec, std::uint16_t port, const ToolRun& run) {
  Command words = client_words("ping-pong", spec, port, tcp);
  words.insert(words.end(), {"-t", rr_seconds(run.timing), "--full-log", kToolLogPath});
  const auto log = std::make_shared<SockperfLog>(run.timing);
  return ToolStart{std::move(words), [log](std::string_view text) { log->feed(text); },
                   [log, bytes = spec.message_bytes](const ToolOutput& output, const ToolTold& /*told*/) {
                     return read_sockperf_rr(output, *log, bytes);
                   }};
}

Result<ToolStart> serve_pps(const WorkloadSpec& spec, std::uint16_t port, const ToolRun& /*run*/) {
  return ToolStart{server_words(spec, port, false),
                   {},
                   [bytes = spec.message_bytes](const ToolOutput& output, const ToolTold& told) -> Result<ToolReading> {
                     SRIOV_ASSIGN(ToolReading reading, read_sockperf_server(output, bytes, false));
                     const auto sent = told.measure(measures::kDatagramsSent.name);
                     const double received = reading.total.received.value_or(0) / static_cast<double>(bytes);
                     if (sent)
                       reading.own.push_back(measured(measures::kDatagramsLost, std::max(0.0, *sent - received)));
                     return reading;
                   }};
}

Result<ToolStart> call_pps(const WorkloadSpec& spec, std::uint16_t port, const ToolRun& run) {
  Command words = client_words("throughput", spec, port, false);
  words.insert(words.end(), {"-t", seconds_up(run.is_warmup ? run.timing.warmup_ns : run.timing.duration_ns)});
  const std::int64_t per_second = spec.rate_bps / 8 / spec.message_bytes;
  words.insert(words.end(),
               {"--mps", spec.rate_bps == 0 ? "max" : std::to_string(std::max<std::int64_t>(1, per_second))});
  return ToolStart{
      std::move(words), {}, [bytes = spec.message_bytes](const ToolOutput& output, const ToolTold& /*told*/) {
        return read_sockperf_throughput(output, bytes);
      }};
}

ToolProfile common(std::string_view name, std::string_view help) {
  ToolProfile profile;
  profile.describe = {.name = name,
                      .help = help,
                      .limits = {.min_message_bytes = kLeastBytes,
                                 .max_message_bytes = kMostBytes,
                                 .message_hint = "sockperf's header alone is 14 bytes"},
                      .default_message_bytes = 64};
  profile.tool = profile.server_tool = "sockperf";
  profile.install = "apt-get install sockperf, on both endpoints";
  return profile;
}

template <bool tcp>
ToolProfile make_rr(std::string_view name, std::string_view help) {
  ToolProfile profile = common(name, help);
  profile.describe.measures = kRrMeasures;
  profile.describe.limits.can_pace = false;
  profile.describe.server_sends = true;
  profile.describe.check = check_addresses;
  profile.protocol = profile.server_listens = tcp ? Protocol::tcp : Protocol::udp;
  profile.options = tcp ? std::span<const std::string_view>(kTcpRrOptions) : kUdpRrOptions;
  profile.not_told = tcp ? kRrNotTold : kUdpRrNotTold;
  profile.runs = rr_runs;
  profile.server = serve_rr<tcp>;
  profile.client = call_rr<tcp>;
  return profile;
}

const ToolProfile& tcp_rr() {
  static const ToolProfile kProfile =
      make_rr<true>("sockperf_tcp_rr", "sockperf's ping-pong over TCP; needs sockperf on both endpoints.");
  return kProfile;
}

const ToolProfile& udp_rr() {
  static const ToolProfile kProfile =
      make_rr<false>("sockperf_udp_rr", "sockperf's ping-pong over UDP; needs sockperf on both endpoints.");
  return kProfile;
}

ToolProfile make_pps() {
  ToolProfile profile =
      common("sockperf_udp_pps", "sockperf's UDP throughput with small datagrams; needs sockperf on both endpoints.");
  profile.protocol = profile.server_listens = Protocol::udp;
  profile.describe.measures = kPpsMeasures;
  profile.describe.check = check_pps;
  profile.options = kUdpPpsOptions;
  profile.not_told = kPpsNotTold;
  profile.runs = warmup_then_window;
  profile.server = serve_pps;
  profile.client = call_pps;
  return profile;
}

const ToolProfile& udp_pps() {
  static const ToolProfile kProfile = make_pps();
  return kProfile;
}

const Registration<Workload, ToolWorkload<tcp_rr>> tcp_rr_registration{"sockperf_tcp_rr"};
const Registration<Workload, ToolWorkload<udp_rr>> udp_rr_registration{"sockperf_udp_rr"};
const Registration<Workload, ToolWorkload<udp_pps>> udp_pps_registration{"sockperf_udp_pps"};

}  // namespace
}  // namespace sriov
