#include "workloads/adapters/netperf_output.h"

#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "workloads/engine/report_builder.h"

namespace sriov {
namespace {

constexpr double kLongestRun = 1e8;  // Seconds.
constexpr double kBitsPerByte = 8;
constexpr double kBitsPerMegabit = 1e6;

constexpr std::array<std::string_view, 16> kKeywords{"ELAPSED_TIME",
                                                     "TRANSACTION_RATE",
                                                     "LOCAL_SEND_THROUGHPUT",
                                                     "LOCAL_RECV_THROUGHPUT",
                                                     "LOCAL_BYTES_SENT",
                                                     "LOCAL_BYTES_RECVD",
                                                     "REMOTE_BYTES_SENT",
                                                     "REMOTE_BYTES_RECVD",
                                                     "LOCAL_TRANSPORT_RETRANS",
                                                     "REMOTE_TRANSPORT_RETRANS",
                                                     "MAX_LATENCY",
                                                     "P50_LATENCY",
                                                     "P90_LATENCY",
                                                     "P99_LATENCY",
                                                     "MEAN_LATENCY",
                                                     "MIN_LATENCY"};

using Values = std::map<std::string, double, std::less<>>;

Values read_values(std::string_view text) {
  Values values;
  for (const std::string& line : split(text, '\n')) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos) continue;
    const auto number = to_double(trim(std::string_view(line).substr(equals + 1)));
    if (number && std::isfinite(*number)) values.emplace(line.substr(0, equals), *number);
  }
  return values;
}

/// Absent when netperf does not say, or says -1.
std::optional<double> count(const Values& values, std::string_view key) {
  const auto found = values.find(key);
  if (found == values.end() || found->second < 0) return std::nullopt;
  return found->second;
}

/// ELAPSED_TIME has two decimals: what was counted and its rate tell it better.
std::optional<double> seconds_of(const Values& values, std::int64_t message_bytes, NetperfRole role) {
  const auto elapsed = count(values, "ELAPSED_TIME");
  const auto received = count(values, "LOCAL_BYTES_RECVD");
  const auto sent = count(values, "LOCAL_BYTES_SENT");
  std::optional<double> seconds;
  if (role.is_rr()) {
    const auto rate = count(values, "TRANSACTION_RATE");
    if (rate && received && *rate > 0) seconds = *received / static_cast<double>(message_bytes) / *rate;
  } else {
    const auto bytes = role.client_sends ? sent : received;
    const auto mbps = count(values, role.client_sends ? "LOCAL_SEND_THROUGHPUT" : "LOCAL_RECV_THROUGHPUT");
    if (bytes && mbps && *mbps > 0) seconds = *bytes * kBitsPerByte / (*mbps * kBitsPerMegabit);
  }
  if (!seconds || !elapsed || std::abs(*seconds - *elapsed) > 0.05 * *elapsed) seconds = elapsed;
  if (!seconds || *seconds <= 0 || *seconds > kLongestRun) return std::nullopt;
  return seconds;
}

void add_side(const Values& values, std::string_view side, std::vector<Measure>& out, ToolTotals& total) {
  total.sent = count(values, fmt::format("{}_BYTES_SENT", side));
  total.received = count(values, fmt::format("{}_BYTES_RECVD", side));
  if (total.sent) out.push_back(measured(measures::kBytesSent, *total.sent));
  if (total.received) out.push_back(measured(measures::kBytesReceived, *total.received));
}

void add_retransmits(const Values& values, std::string_view side, std::vector<Measure>& out) {
  if (const auto again = count(values, fmt::format("{}_TRANSPORT_RETRANS", side)))
    out.push_back(measured(measures::kRetransmits, *again));
}

void add_latency(const Values& values, std::vector<Measure>& out) {
  struct Told {
    std::string_view key;
    const Metric& metric;
  };
  const std::array told{Told{"MEAN_LATENCY", measures::kLatencyMean}, Told{"P50_LATENCY", measures::kLatencyP50},
                        Told{"P90_LATENCY", measures::kLatencyP90}, Told{"P99_LATENCY", measures::kLatencyP99},
                        Told{"MAX_LATENCY", measures::kLatencyMax}};
  for (const Told& one : told)
    if (const auto value = count(values, one.key)) out.push_back(measured(one.metric, *value));
}

}  // namespace

std::string netperf_keywords() { return join(std::vector<std::string>(kKeywords.begin(), kKeywords.end()), ","); }

Result<ToolReading> read_netperf(const ToolOutput& output, std::int64_t message_bytes, NetperfRole role) {
  const Values values = read_values(output.out);
  const auto seconds = seconds_of(values, message_bytes, role);
  ToolReading reading;
  if (!seconds && output.interrupted) {
    reading.total = {0, 0};
    reading.note = "netperf told nothing of the run that was stopped";
    return reading;
  }
  const bool counted = count(values, "LOCAL_BYTES_SENT") && count(values, "LOCAL_BYTES_RECVD");
  if (!seconds || !counted || (output.exit_code != 0 && !output.interrupted)) return tool_failure("netperf", output);
  // It begins at once; TCP_CRR sits for seconds behind its run.
  reading.window = ToolWindow{0, std::llround(*seconds * kNsPerSecond), false};
  add_side(values, "LOCAL", reading.own, reading.total);
  add_side(values, "REMOTE", reading.peer, reading.peer_total);
  if (!role.is_rr()) {
    add_retransmits(values, "LOCAL", reading.own);
    add_retransmits(values, "REMOTE", reading.peer);
    return reading;
  }
  const double transactions = std::floor(*count(values, "LOCAL_BYTES_RECVD") / static_cast<double>(message_bytes));
  reading.own.push_back(measured(measures::kTransactions, transactions));
  reading.peer.push_back(measured(measures::kTransactions, transactions));
  add_latency(values, reading.own);
  return reading;
}

}  // namespace sriov
