#include "workloads/engine/report_builder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/text.h"
#include "host/clock.h"

namespace sriov {
namespace {

constexpr double kNsPerUs = 1e-3;
constexpr double kKilobyteNsPerUs = 1024 * kNsPerUs;

struct Totals {
  Traffic life;
  Traffic window;
  CpuTime cpu;
  std::optional<std::int64_t> retransmits;
  double window_s = 0;
  std::int64_t rate_asked_bps = 0;
  Histogram jitter_ns;
  double jitter_smoothed_ns = 0;  ///< Summed over the streams.
  int paced_streams = 0;
  Histogram one_way_ns;
  std::int64_t flows = 0;
  std::int64_t flows_silent = 0;
  double transactions_asked_per_s = 0;
  std::int64_t footprint_bytes = 0;
  std::int64_t zero_copy_sends = 0;
  std::int64_t zero_copy_copied = 0;
  bool sends_datagrams = false;
  bool receives_datagrams = false;
  bool may_take_back = false;  ///< Counts may be negative: what an earlier interval counted as lost came after all.
};

std::optional<double> count(std::int64_t value) { return static_cast<double>(value); }

std::optional<double> per_second(std::int64_t amount, double window_s) {
  if (window_s <= 0) return std::nullopt;
  return static_cast<double>(amount) / window_s;
}

/// CPU time for a unit of work, in `unit`.
std::optional<double> per(std::int64_t cpu_ns, std::int64_t work, double unit) {
  if (work <= 0) return std::nullopt;
  return static_cast<double>(cpu_ns) / static_cast<double>(work) * unit;
}

std::optional<double> count_if(bool known, std::int64_t value) { return known ? count(value) : std::nullopt; }

std::optional<double> quantile_us(const Histogram& histogram_ns, double quantile) {
  if (histogram_ns.count() == 0) return std::nullopt;
  return static_cast<double>(histogram_ns.quantile(quantile)) * kNsPerUs;
}

std::optional<double> value_of(const Metric& metric, const Totals& totals) {
  const std::string_view name = metric.name;
  const Traffic& window = totals.window;
  if (name == measures::kBytesSent.name) return count(window.bytes_sent);
  if (name == measures::kBytesReceived.name) return count(window.bytes_received);
  if (name == measures::kTotalBytesSent.name) return count(totals.life.bytes_sent);
  if (name == measures::kTotalBytesReceived.name) return count(totals.life.bytes_received);
  if (name == measures::kGoodput.name)
    return per_second(8 * std::max(window.bytes_sent, window.bytes_received), totals.window_s);
  if (name == measures::kCpu.name) return count(totals.cpu.total_ns);
  if (name == measures::kCpuUser.name) return count(totals.cpu.user_ns);
  if (name == measures::kCpuSystem.name) return count(totals.cpu.system_ns);
  if (name == measures::kServiceDemand.name)
    return per(totals.cpu.total_ns, window.bytes_sent + window.bytes_received, kKilobyteNsPerUs);
  if (name == measures::kCpuPerTransaction.name) return per(totals.cpu.total_ns, window.transactions, kNsPerUs);
  if (name == measures::kRetransmits.name)
    return count_if(totals.retransmits.has_value(), totals.retransmits.value_or(0));
  if (name == measures::kFlows.name) return count_if(totals.flows > 0, totals.flows);
  if (name == measures::kFlowsSilent.name)
    return count_if(totals.flows > 0 && totals.receives_datagrams, totals.flows_silent);
  if (name == measures::kFootprint.name) return count_if(totals.footprint_bytes > 0, totals.footprint_bytes);
  if (name == measures::kZeroCopySends.name) return count_if(totals.footprint_bytes > 0, totals.zero_copy_sends);
  if (name == measures::kZeroCopyCopied.name) return count_if(totals.footprint_bytes > 0, totals.zero_copy_copied);
  if (name == measures::kTransactions.name) return count(window.transactions);
  if (name == measures::kTransactionRate.name) return per_second(window.transactions, totals.window_s);
  if (name == measures::kTransactionsLost.name) return count(window.transactions_lost);
  if (name == measures::kTransactionsAsked.name && totals.transactions_asked_per_s > 0)
    return totals.transactions_asked_per_s;
  if (name == measures::kDatagramsSent.name) return count_if(totals.sends_datagrams, window.datagrams_sent);
  const bool receives = totals.receives_datagrams;
  if (name == measures::kDatagramsReceived.name) return count_if(receives, window.datagrams_received);
  if (name == measures::kDatagramsLost.name)
    return count_if(receives,
                    totals.may_take_back ? window.datagrams_lost : std::max<std::int64_t>(0, window.datagrams_lost));
  if (name == measures::kDatagramsReordered.name) return count_if(receives, window.datagrams_reordered);
  if (name == measures::kDatagramsDuplicated.name) return count_if(receives, window.datagrams_duplicated);
  if (name == measures::kDatagramsSentRate.name && totals.sends_datagrams)
    return per_second(window.datagrams_sent, totals.window_s);
  if (name == measures::kDatagramsReceivedRate.name && receives)
    return per_second(window.datagrams_received, totals.window_s);
  if (name == measures::kPacketsSent.name) return count_if(totals.sends_datagrams, window.packets_sent);
  if (name == measures::kPacketsReceived.name) return count_if(receives, window.packets_received);
  if (name == measures::kJitter.name && totals.paced_streams > 0)
    return totals.jitter_smoothed_ns / totals.paced_streams * kNsPerUs;
  if (name == measures::kJitterP50.name) return quantile_us(totals.jitter_ns, 0.5);
  if (name == measures::kJitterP99.name) return quantile_us(totals.jitter_ns, 0.99);
  if (name == measures::kOneWayP50.name) return quantile_us(totals.one_way_ns, 0.5);
  if (name == measures::kOneWayP99.name) return quantile_us(totals.one_way_ns, 0.99);
  if (name == measures::kOneWayMax.name) return quantile_us(totals.one_way_ns, 1);
  if (name == measures::kRateAsked.name)
    return count_if(totals.sends_datagrams && totals.rate_asked_bps > 0, totals.rate_asked_bps);
  if (name == measures::kRateAchieved.name && totals.sends_datagrams)
    return per_second(8 * window.bytes_sent, totals.window_s);
  return std::nullopt;
}

std::vector<Measure> measure_all(std::span<const Metric> metrics, const Totals& totals) {
  std::vector<Measure> out;
  for (const Metric& metric : metrics) {
    const auto value = value_of(metric, totals);
    if (value) out.push_back({std::string(metric.name), std::string(metric.unit), *value});
  }
  return out;
}

/// Those of a whole life cannot be told of its parts.
bool is_of_parts(const Metric& metric) {
  static constexpr std::array kWhole{measures::kTotalBytesSent.name, measures::kTotalBytesReceived.name,
                                     measures::kZeroCopySends.name, measures::kZeroCopyCopied.name};
  return metric.kind == MetricKind::counter && std::find(kWhole.begin(), kWhole.end(), metric.name) == kWhole.end();
}

WorkloadInterval describe(const RunInterval& interval, std::span<const Metric> metrics, const Roles& roles) {
  Totals totals;
  totals.window = interval.tally.traffic;
  totals.cpu = interval.tally.cpu;
  totals.retransmits = interval.tally.retransmits;
  totals.sends_datagrams = roles.sends;
  totals.receives_datagrams = roles.receives;
  totals.may_take_back = true;
  WorkloadInterval out{interval.begin_ns, interval.end_ns, interval.is_warmup, {}, interval.latency_ns};
  for (const Metric& metric : metrics) {
    if (!is_of_parts(metric)) continue;
    if (const auto value = value_of(metric, totals))
      out.measures.push_back({std::string(metric.name), std::string(metric.unit), *value});
  }
  return out;
}

void add_intervals(WorkloadReport& report, const IntervalBook& book, std::span<const Metric> metrics,
                   const Roles& roles) {
  for (const RunInterval& interval : book.intervals()) report.intervals.push_back(describe(interval, metrics, roles));
  if (book.latency_ns() != nullptr) {
    if (!report.latency_ns) report.latency_ns.emplace();
    report.latency_ns->merge(*book.latency_ns());
  }
  if (book.merged() > 1)
    add_note(report, fmt::format("so many intervals that each {} of them are kept as one", book.merged()));
}

void set_window(WorkloadReport& report, const std::vector<Stream>& streams, const RunClock& clock) {
  const auto start_ns = clock.started();
  report.window_begin_ns = start_ns ? *start_ns + streams.front().hello.warmup_ns : monotonic_ns();
  report.window_end_ns = report.window_begin_ns;
  for (const Stream& stream : streams)
    report.window_end_ns = std::max(report.window_end_ns, stream.meter.counted_until_ns().value_or(0));
}

void note_early_ends(WorkloadReport& report, const std::vector<Stream>& streams) {
  const auto ended = [&streams](StreamEnd how) {
    return std::count_if(streams.begin(), streams.end(), [how](const Stream& stream) { return stream.end == how; });
  };
  const auto own = ended(StreamEnd::stopped);
  const auto theirs = ended(StreamEnd::peer_stopped);
  const auto unconfirmed = ended(StreamEnd::unconfirmed);
  if (own + theirs > 0)
    add_note(report, fmt::format("{} of {} streams ended early because {} asked to stop: {} of {} counted",
                                 own + theirs, streams.size(), own > 0 ? "this side was" : "the peer was",
                                 format_duration(report.window_end_ns - report.window_begin_ns),
                                 format_duration(streams.front().hello.duration_ns)));
  if (unconfirmed > 0)
    add_note(report, fmt::format("the peer did not confirm the end of {} of {} streams: datagrams lost at the very end "
                                 "are not counted",
                                 unconfirmed, streams.size()));
}

constexpr double kRateTolerance = 0.005;

void note_missed_transactions(WorkloadReport& report, const Totals& totals) {
  const auto made = per_second(totals.window.transactions, totals.window_s);
  const double asked = totals.transactions_asked_per_s;
  // A window holds one request more or less, by where it begins; Poisson arrivals vary by the root of their number.
  const double expected = asked * totals.window_s;
  const double slack = std::max(kRateTolerance * expected, 3 * std::sqrt(expected)) + 1;
  if (asked <= 0 || !made || static_cast<double>(totals.window.transactions) >= expected - slack) return;
  add_note(report,
           fmt::format("asked for {:.6g} transactions/s, made {:.6g}: this side or the path goes no faster, and "
                       "latency counts the wait",
                       asked, *made));
}

void note_missed_rate(WorkloadReport& report, const Totals& totals) {
  const auto achieved = per_second(8 * totals.window.bytes_sent, totals.window_s);
  const auto asked = static_cast<double>(totals.rate_asked_bps);
  if (totals.window.bytes_sent == 0 || asked <= 0 || !achieved || *achieved >= asked * (1 - kRateTolerance)) return;
  add_note(report, fmt::format("asked for {:.4g} Mbit/s, sent {:.4g} Mbit/s: this side or the path goes no faster",
                               asked / 1e6, *achieved / 1e6));
}

}  // namespace

void add_note(WorkloadReport& report, const std::string& note) {
  if (note.empty()) return;
  if (!report.note.empty()) report.note += "; ";
  report.note += note;
}

std::function<void(const RunInterval&)> watcher(const IntervalObserver& observer, std::span<const Metric> metrics,
                                                const Roles& roles) {
  if (!observer) return {};
  return [observer, metrics, roles](const RunInterval& interval) { observer(describe(interval, metrics, roles)); };
}

WorkloadReport build_report(std::span<const Metric> metrics, std::vector<Stream>& streams, const RunClock& clock,
                            const Roles& roles) {
  WorkloadReport report;
  set_window(report, streams, clock);
  Totals totals;
  for (Stream& stream : streams) {
    totals.life += stream.meter.traffic;
    totals.window += stream.meter.window_traffic();
    totals.cpu += stream.meter.window_cpu();
    if (stream.jitter) {
      totals.jitter_ns.merge(stream.jitter->errors_ns());
      totals.jitter_smoothed_ns += stream.jitter->smoothed_ns();
      ++totals.paced_streams;
    }
    if (stream.one_way_ns) totals.one_way_ns.merge(*stream.one_way_ns);
    totals.flows += stream.flows;
    totals.flows_silent += stream.flows_silent;
    totals.transactions_asked_per_s += stream.transactions_asked_per_s;
    totals.footprint_bytes += stream.footprint_bytes;
    totals.zero_copy_sends += stream.zero_copy_sends;
    totals.zero_copy_copied += stream.zero_copy_copied;
    if (const auto retransmits = stream.meter.window_retransmits())
      totals.retransmits = totals.retransmits.value_or(0) + *retransmits;
    if (!stream.latency_ns) continue;
    if (!report.latency_ns) report.latency_ns.emplace();
    report.latency_ns->merge(*stream.latency_ns);
  }
  totals.window_s = static_cast<double>(report.window_end_ns - report.window_begin_ns) / 1e9;
  totals.rate_asked_bps = streams.front().hello.rate_bps;
  totals.sends_datagrams = roles.sends;
  totals.receives_datagrams = roles.receives;
  report.measures = measure_all(metrics, totals);
  add_intervals(report, clock.intervals(), metrics, roles);
  note_early_ends(report, streams);
  for (const Stream& stream : streams)
    if (report.note.find(stream.note) == std::string::npos) add_note(report, stream.note);
  if (roles.sends) note_missed_rate(report, totals);
  note_missed_transactions(report, totals);
  return report;
}

WorkloadReport empty_report(std::span<const Metric> metrics) {
  WorkloadReport report;
  report.window_begin_ns = report.window_end_ns = monotonic_ns();
  report.measures = measure_all(metrics, Totals{});
  report.note = "stopped before any traffic";
  return report;
}

}  // namespace sriov
