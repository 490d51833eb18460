// netperf as a workload: the omni tests TCP_STREAM, TCP_MAERTS, TCP_RR, UDP_RR and TCP_CRR.
#include <array>

#include <fmt/format.h>

#include "workloads/adapters/netperf_output.h"
#include "workloads/adapters/tool_workload.h"
#include "workloads/engine/report_builder.h"

namespace sriov {
namespace {

constexpr std::int64_t kMostBytes = 1 << 20;
constexpr std::int64_t kMostDatagramBytes = 65507;
constexpr std::array<std::string_view, 5> kTcpOptions{"socket_buffer_bytes", "no_delay", "congestion", "mss_bytes",
                                                      "dscp"};
constexpr std::array<std::string_view, 2> kUdpOptions{"socket_buffer_bytes", "dscp"};

constexpr std::array kStreamMeasures{
    measures::kBytesSent,   measures::kBytesReceived, measures::kTotalBytesSent, measures::kTotalBytesReceived,
    measures::kGoodput,     measures::kCpu,           measures::kCpuUser,        measures::kCpuSystem,
    measures::kRetransmits, measures::kServiceDemand};
constexpr std::array kRrMeasures{measures::kBytesSent,         measures::kBytesReceived,
                                 measures::kTotalBytesSent,    measures::kTotalBytesReceived,
                                 measures::kGoodput,           measures::kCpu,
                                 measures::kCpuUser,           measures::kCpuSystem,
                                 measures::kTransactions,      measures::kTransactionRate,
                                 measures::kCpuPerTransaction, measures::kLatencyMean,
                                 measures::kLatencyP50,        measures::kLatencyP90,
                                 measures::kLatencyP99,        measures::kLatencyMax};

/// One of netperf's tests.
struct Test {
  const char* name;
  bool is_rr;
  bool reverse;
  Protocol protocol;
};

Result<void> check(const WorkloadSpec& spec) { return check_whole_seconds("netperf", spec); }

Result<ToolStart> serve(const WorkloadSpec& spec, std::uint16_t port, const ToolRun& /*run*/) {
  // -D: stays our child; -f: carries the test itself, so that its CPU time is that child's.
  Command words{"netserver", "-D", "-f", "-p", std::to_string(port)};
  if (!spec.bind_address.empty()) words.insert(words.end(), {"-L", spec.bind_address});
  return ToolStart{std::move(words), {}, [](const ToolOutput& /*output*/, const ToolTold& told) -> Result<ToolReading> {
                     ToolReading reading;
                     complete(reading, told);
                     return reading;
                   }};
}

void add_test_words(const Test& test, const WorkloadSpec& spec, Command& words) {
  const auto add = [&words](std::initializer_list<std::string> more) { words.insert(words.end(), more); };
  const std::string bytes = std::to_string(spec.message_bytes);
  if (test.is_rr)
    add({"-r", bytes + "," + bytes});
  else
    add({"-m", test.reverse ? "," + bytes : bytes + ",", "-M", test.reverse ? bytes + "," : "," + bytes});
  const std::string buffer = std::to_string(spec.socket_buffer_bytes);
  if (spec.socket_buffer_bytes > 0) add({"-s", buffer, "-S", buffer});
  if (spec.no_delay || (test.is_rr && test.protocol == Protocol::tcp)) add({"-D", "L,R"});
  if (!spec.congestion.empty()) add({"-K", spec.congestion + "," + spec.congestion});
  if (spec.mss_bytes > 0) add({"-G", std::to_string(spec.mss_bytes)});
  add({"-k", netperf_keywords()});
}

template <const Test& test>
Result<ToolStart> call(const WorkloadSpec& spec, std::uint16_t port, const ToolRun& run) {
  Command words{"netperf", "-H", spec.address, "-p", std::to_string(port), "-t", test.name, "-P", "0", "-j"};
  const auto add = [&words](std::initializer_list<std::string> more) { words.insert(words.end(), more); };
  add({"-l", seconds_up(run.is_warmup ? run.timing.warmup_ns : run.timing.duration_ns)});
  if (!spec.bind_address.empty()) add({"-L", spec.bind_address});
  const auto tos = static_cast<unsigned>(spec.dscp) << 2U;  // DSCP is the upper six bits of TOS.
  if (spec.dscp > 0) add({"-Y", fmt::format("{:#x},{:#x}", tos, tos)});
  add({"--"});
  add_test_words(test, spec, words);
  const NetperfRole role{test.is_rr || !test.reverse, test.is_rr || test.reverse};
  return ToolStart{
      std::move(words), {}, [role, bytes = spec.message_bytes](const ToolOutput& output, const ToolTold& /*told*/) {
        return read_netperf(output, bytes, role);
      }};
}

template <const Test& test>
ToolProfile make(std::string_view name, std::string_view help) {
  ToolProfile profile;
  profile.describe = {.name = name,
                      .help = help,
                      .measures = test.is_rr ? std::span<const Metric>(kRrMeasures) : kStreamMeasures,
                      .limits = {.max_message_bytes = test.protocol == Protocol::udp ? kMostDatagramBytes : kMostBytes,
                                 .message_hint = test.is_rr ? "1 is usual" : "64k is usual",
                                 .can_pace = false},
                      .default_message_bytes = test.is_rr ? 1 : WorkloadSpec{}.message_bytes,
                      .client_sends = test.is_rr || !test.reverse,
                      .server_sends = test.is_rr || test.reverse,
                      .check = check};
  profile.protocol = test.protocol;
  profile.tool = "netperf";
  profile.server_tool = "netserver";
  profile.server_tells = false;
  profile.install =
      "Debian has netperf in non-free: enable that component, then apt-get install netperf, on both endpoints";
  profile.options = test.protocol == Protocol::udp ? std::span<const std::string_view>(kUdpOptions) : kTcpOptions;
  profile.runs = warmup_then_window;
  profile.server = serve;
  profile.client = call<test>;
  return profile;
}

constexpr Test kStream{"TCP_STREAM", false, false, Protocol::tcp};
constexpr Test kMaerts{"TCP_MAERTS", false, true, Protocol::tcp};
constexpr Test kTcpRr{"TCP_RR", true, false, Protocol::tcp};
constexpr Test kUdpRr{"UDP_RR", true, false, Protocol::udp};
constexpr Test kTcpCrr{"TCP_CRR", true, false, Protocol::tcp};

const ToolProfile& stream() {
  static const ToolProfile kProfile =
      make<kStream>("netperf_tcp_stream", "netperf's TCP_STREAM; needs netperf on both endpoints.");
  return kProfile;
}
const ToolProfile& maerts() {
  static const ToolProfile kProfile =
      make<kMaerts>("netperf_tcp_maerts", "netperf's TCP_MAERTS; needs netperf on both endpoints.");
  return kProfile;
}
const ToolProfile& tcp_rr() {
  static const ToolProfile kProfile =
      make<kTcpRr>("netperf_tcp_rr", "netperf's TCP_RR; needs netperf on both endpoints.");
  return kProfile;
}
const ToolProfile& udp_rr() {
  static const ToolProfile kProfile =
      make<kUdpRr>("netperf_udp_rr", "netperf's UDP_RR; needs netperf on both endpoints.");
  return kProfile;
}
const ToolProfile& tcp_crr() {
  static const ToolProfile kProfile =
      make<kTcpCrr>("netperf_tcp_crr", "netperf's TCP_CRR; needs netperf on both endpoints.");
  return kProfile;
}

const Registration<Workload, ToolWorkload<stream>> stream_registration{"netperf_tcp_stream"};
const Registration<Workload, ToolWorkload<maerts>> maerts_registration{"netperf_tcp_maerts"};
const Registration<Workload, ToolWorkload<tcp_rr>> tcp_rr_registration{"netperf_tcp_rr"};
const Registration<Workload, ToolWorkload<udp_rr>> udp_rr_registration{"netperf_udp_rr"};
const Registration<Workload, ToolWorkload<tcp_crr>> tcp_crr_registration{"netperf_tcp_crr"};

}  // namespace
}  // namespace sriov
