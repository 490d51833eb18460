#include "workloads/adapters/sockperf_output.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "workloads/engine/report_builder.h"

namespace sriov {
namespace {

constexpr double kLongestRun = 1e8;  // Seconds.
constexpr std::size_t kLongestLine = 4096;

/// The number behind `key` in a line that has it: "SentMessages=25524;".
std::optional<double> number_after(std::string_view line, std::string_view key) {
  const std::size_t found = line.find(key);
  if (found == std::string_view::npos) return std::nullopt;
  const std::string_view rest = trim(line.substr(found + key.size()));
  const std::size_t end = rest.find_first_not_of("0123456789.");
  const auto number = to_double(rest.substr(0, end));
  if (!number || !std::isfinite(*number) || *number < 0) return std::nullopt;
  return number;
}

/// The same of the first line that has `mark`.
std::optional<double> number_in(std::string_view text, std::string_view mark, std::string_view key) {
  const std::size_t found = text.find(mark);
  if (found == std::string_view::npos) return std::nullopt;
  return number_after(text.substr(found, text.substr(found).find('\n')), key);
}

/// sockperf ends with exit code 0 whatever happened: its complaint, as a line of its own.
std::string complaint(std::string_view text) {
  for (const std::string_view mark : {"ERROR: ", "No messages were", "No valid observations", "Test end before test"}) {
    const std::size_t found = text.find(mark);
    if (found == std::string_view::npos) continue;
    const std::string_view line = text.substr(found);
    return std::string(trim(line.substr(0, std::min(line.find('\n'), line.find('\x1b')))));
  }
  return {};
}

tl::unexpected<Error> failure(const ToolOutput& output) {
  std::string words = complaint(output.out);
  if (words.empty()) words = complaint(output.err);
  if (words.empty()) return tool_failure("sockperf", output);
  return fail(fmt::format("sockperf: {}", words));
}

std::optional<std::int64_t> to_ns(std::string_view seconds) {
  const auto value = to_double(trim(seconds));
  if (!value || !std::isfinite(*value) || *value < 0 || *value > kLongestRun) return std::nullopt;
  return std::llround(*value * kNsPerSecond);
}

}  // namespace

void SockperfLog::feed(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view part = text.substr(0, end);
    line_is_too_long_ = line_is_too_long_ || line_.size() + part.size() > kLongestLine;
    if (!line_is_too_long_) line_ += part;
    if (end == std::string_view::npos) return;
    if (!line_is_too_long_) take_line(line_);
    line_.clear();
    line_is_too_long_ = false;
    text.remove_prefix(end + 1);
  }
}

/// "packet, txTime(sec), rxTime(sec), latency(usec)"; lines that do not begin with a number are its headings.
void SockperfLog::take_line(std::string_view line) {
  const std::vector<std::string> fields = split(line, ',');
  if (fields.size() != 4 || !to_int(trim(fields[0]))) return;
  const auto sent_ns = to_ns(fields[1]);
  const auto received_ns = to_ns(fields[2]);
  if (!sent_ns || !received_ns || *received_ns < *sent_ns) return;
  if (!begin_ns_) begin_ns_ = *sent_ns + std::max<std::int64_t>(0, timing_.warmup_ns - kSockperfWarmupNs);
  if (*sent_ns < *begin_ns_ || *received_ns > *begin_ns_ + timing_.duration_ns) return;
  round_trips_ns_.record(*received_ns - *sent_ns);
  last_ns_ = std::max(last_ns_, *received_ns);
}

std::optional<ToolWindow> SockperfLog::window() const {
  if (round_trips_ns_.count() == 0) return std::nullopt;
  return ToolWindow{*begin_ns_ + kSockperfClockStartsNs, last_ns_ + kSockperfClockStartsNs, false};
}

Result<ToolReading> read_sockperf_rr(const ToolOutput& output, const SockperfLog& log, std::int64_t message_bytes) {
  const auto sent = number_in(output.out, "[Total Run]", "SentMessages=");
  const auto received = number_in(output.out, "[Total Run]", "ReceivedMessages=");
  ToolReading reading;
  reading.window = log.window();
  if (!output.interrupted && (!sent || !received || !reading.window)) return failure(output);
  const auto size = static_cast<double>(message_bytes);
  reading.total = {sent.value_or(0) * size, received.value_or(0) * size};
  if (!reading.window) return reading;
  const auto transactions = static_cast<double>(log.round_trips_ns().count());
  for (std::vector<Measure>* side : {&reading.own, &reading.peer}) {
    side->push_back(measured(measures::kBytesSent, transactions * size));
    side->push_back(measured(measures::kBytesReceived, transactions * size));
    side->push_back(measured(measures::kTransactions, transactions));
  }
  reading.latency_ns = log.round_trips_ns();
  return reading;
}

Result<ToolReading> read_sockperf_throughput(const ToolOutput& output, std::int64_t message_bytes) {
  const auto sent = number_in(output.out, "Total of ", "Total of ");
  const auto seconds = number_in(output.out, "messages sent in ", "messages sent in ");
  ToolReading reading;
  const bool told = sent && seconds && *seconds > 0 && *seconds < kLongestRun;
  if (!told && !output.interrupted) return failure(output);
  const double bytes = sent.value_or(0) * static_cast<double>(message_bytes);
  reading.total = {bytes, 0};
  if (!told) return reading;
  reading.window = ToolWindow{0, std::llround(*seconds * kNsPerSecond), true};
  reading.own = {measured(measures::kBytesSent, bytes), measured(measures::kBytesReceived, 0),
                 measured(measures::kDatagramsSent, *sent)};
  reading.peer = {measured(measures::kDatagramsSent, *sent)};
  return reading;
}

Result<ToolReading> read_sockperf_server(const ToolOutput& output, std::int64_t message_bytes, bool answers) {
  std::optional<double> messages;
  const std::size_t line = output.out.find("messages received and handled");
  if (line != std::string_view::npos) {
    const std::size_t begin = output.out.rfind("Total ", line);
    messages = begin == std::string_view::npos ? std::nullopt : number_after(output.out.substr(begin), "Total ");
  } else if (output.out.find("No messages were received") != std::string_view::npos) {
    messages = 0;
  }
  if (!messages && !output.interrupted) return failure(output);
  const double bytes = messages.value_or(0) * static_cast<double>(message_bytes);
  ToolReading reading;
  reading.total = {answers ? bytes : 0, bytes};
  if (!answers)
    reading.own = {measured(measures::kBytesSent, 0), measured(measures::kBytesReceived, bytes),
                   measured(measures::kDatagramsReceived, messages.value_or(0))};
  return reading;
}

}  // namespace sriov
