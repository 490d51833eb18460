#include "workloads/adapters/iperf3_output.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "core/time.h"
#include "workloads/engine/report_builder.h"

namespace sriov {
namespace {

using Json = nlohmann::json;

constexpr double kUsPerMs = 1e3;
constexpr double kLongestRun = 1e8;  // Seconds; what is longer is no time.
constexpr std::size_t kMostIntervals = 3600;

const Json* find(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

/// A count or a time: a finite number that is not negative.
std::optional<double> number(const Json& object, const char* key) {
  const Json* value = find(object, key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const double number = value->get<double>();
  if (!std::isfinite(number) || number < 0) return std::nullopt;
  return number;
}

/// What one interval of all streams holds, or several of them.
struct Counts {
  double bytes = 0;
  double packets = 0;  ///< At the receiver: those that should have come.
  double lost = 0;
  double retransmits = 0;
  bool has_retransmits = false;

  void add(const Counts& other) {
    bytes += other.bytes;
    packets += other.packets;
    lost += other.lost;
    retransmits += other.retransmits;
    has_retransmits = has_retransmits || other.has_retransmits;
  }
};

struct Interval {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  Counts counts;
};

/// iperf3 puts the sum over the streams into each interval; one that is not whole is left out by its caller.
std::optional<Interval> read_interval(const Json& entry) {
  const Json* sum = find(entry, "sum");
  if (sum == nullptr) return std::nullopt;
  const auto start = number(*sum, "start");
  const auto end = number(*sum, "end");
  const auto bytes = number(*sum, "bytes");
  if (!start || !end || !bytes || *end < *start || *end > kLongestRun) return std::nullopt;
  Interval interval;
  interval.begin_ns = std::llround(*start * kNsPerSecond);
  interval.end_ns = std::llround(*end * kNsPerSecond);
  interval.counts.bytes = *bytes;
  interval.counts.packets = number(*sum, "packets").value_or(0);
  interval.counts.lost = number(*sum, "lost_packets").value_or(0);
  const auto retransmits = number(*sum, "retransmits");
  interval.counts.retransmits = retransmits.value_or(0);
  interval.counts.has_retransmits = retransmits.has_value();
  return interval;
}

std::vector<Measure> to_measures(const Counts& counts, Iperf3Role role) {
  std::vector<Measure> out{measured(measures::kBytesSent, role.sends ? counts.bytes : 0),
                           measured(measures::kBytesReceived, role.sends ? 0 : counts.bytes)};
  if (counts.has_retransmits) out.push_back(measured(measures::kRetransmits, counts.retransmits));
  if (role.udp && role.sends) out.push_back(measured(measures::kDatagramsSent, counts.packets));
  if (role.udp && !role.sends) {
    out.push_back(measured(measures::kDatagramsReceived, std::max(0.0, counts.packets - counts.lost)));
    out.push_back(measured(measures::kDatagramsLost, counts.lost));
  }
  return out;
}

/// Those that are whole, each once: an interrupted server tells its last one again.
std::vector<Interval> whole_intervals(const Json& intervals) {
  std::vector<Interval> out;
  for (const Json& entry : intervals)
    if (const auto interval = read_interval(entry); interval && (out.empty() || interval->end_ns > out.back().end_ns))
      out.push_back(*interval);
  return out;
}

/// The intervals whose middle is in the window: iperf3 ends them by a timer, so a window's edge is met to a few ms.
void read_intervals(const std::vector<Interval>& intervals, const ToolTiming& timing, Iperf3Role role,
                    ToolReading& reading) {
  Counts sum;
  for (const Interval& interval : intervals) {
    const std::int64_t middle_ns = interval.begin_ns + (interval.end_ns - interval.begin_ns) / 2;
    if (middle_ns > timing.warmup_ns + timing.duration_ns) break;
    const bool is_warmup = middle_ns < timing.warmup_ns;
    if (timing.interval_ns > 0 && reading.intervals.size() < kMostIntervals)
      reading.intervals.push_back(
          {interval.begin_ns, interval.end_ns, is_warmup, to_measures(interval.counts, role), std::nullopt});
    if (is_warmup) continue;
    if (!reading.window) reading.window = ToolWindow{interval.begin_ns, interval.end_ns, false};
    reading.window->end_ns = interval.end_ns;
    sum.add(interval.counts);
  }
  if (reading.window) reading.own = to_measures(sum, role);
}

void read_totals(const Json& end, const std::vector<Interval>& intervals, Iperf3Role role, ToolReading& reading) {
  double so_far = 0;
  for (const Interval& interval : intervals) so_far += interval.counts.bytes;
  const Json* sum = find(end, role.sends ? "sum_sent" : "sum_received");
  const double whole = sum == nullptr ? 0 : number(*sum, "bytes").value_or(0);
  const double bytes = std::max(whole, so_far);  // What an interrupted run has not summed up.
  reading.total.sent = role.sends ? bytes : 0;
  reading.total.received = role.sends ? 0 : bytes;
}

/// Mean over the streams of what the receiver smoothed.
void read_jitter(const Json& end, ToolReading& reading) {
  const Json* streams = find(end, "streams");
  if (streams == nullptr || !streams->is_array()) return;
  double sum_ms = 0;
  int known = 0;
  for (const Json& stream : *streams) {
    const Json* udp = find(stream, "udp");
    const auto jitter_ms = udp == nullptr ? std::nullopt : number(*udp, "jitter_ms");
    if (!jitter_ms) continue;
    sum_ms += *jitter_ms;
    ++known;
  }
  if (known > 0) reading.own.push_back(measured(measures::kJitter, sum_ms / known * kUsPerMs));
}

}  // namespace

Result<ToolReading> read_iperf3(const ToolOutput& output, const ToolTiming& timing, Iperf3Role role) {
  const Json whole = Json::parse(output.out, nullptr, false);
  if (whole.is_discarded() || !whole.is_object()) {
    if (output.exit_code != 0 || trim(output.out).empty()) return tool_failure("iperf3", output);
    return fail("iperf3's output is no JSON, or is cut off", "", "run `iperf3 -J` by hand on both ends");
  }
  const Json* error = find(whole, "error");
  if (error != nullptr && error->is_string() && !output.interrupted)
    return fail(fmt::format("iperf3: {}", error->get<std::string>()));
  static const Json kNothing = Json::object();
  const Json* list = find(whole, "intervals");
  const Json* end = find(whole, "end");
  std::vector<Interval> intervals;
  if (list != nullptr && list->is_array()) intervals = whole_intervals(*list);
  if (end == nullptr) end = &kNothing;
  ToolReading reading;
  read_intervals(intervals, timing, role, reading);
  read_totals(*end, intervals, role, reading);
  if (role.udp && !role.sends && reading.window) read_jitter(*end, reading);
  if (!reading.window && !output.interrupted)
    return fail("iperf3 told no interval of the window", "", "see `iperf3 --version`: 3.9 or newer is needed");
  return reading;
}

}  // namespace sriov
