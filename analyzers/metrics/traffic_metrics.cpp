#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analyzers/metrics/metric_groups.h"
#include "analyzers/stats/fairness.h"
#include "core/time.h"

namespace sriov {
namespace {

constexpr double kBitsPerByte = 8;
constexpr double kBytesPerKilobyte = 1024;

double window_s(const WorkloadReport& report) {
  return static_cast<double>(report.window_end_ns - report.window_begin_ns) / kNsPerSecond;
}

/// What was received per second: by both sides together, as bulk data may flow both ways; by one of them where they
/// make transactions, whose requests and responses are the same work.
std::map<int, double> throughput_by_lane(const TrialRecord& trial, const std::set<int>* lanes) {
  std::map<int, double> by_lane;
  for (const EndpointReport& entry : trial.reports) {
    if (lanes != nullptr && !lanes->contains(entry.lane)) continue;
    const auto received = entry.report.measure("bytes_received");
    if (!received || window_s(entry.report) <= 0) continue;
    const double bps = *received * kBitsPerByte / window_s(entry.report);
    double& of_lane = by_lane[entry.lane];
    of_lane = entry.report.measure("transactions") ? std::max(of_lane, bps) : of_lane + bps;
  }
  return by_lane;
}

Quantity throughput_of_lanes(const TrialRecord& trial, const std::set<int>* lanes) {
  const std::map<int, double> by_lane = throughput_by_lane(trial, lanes);
  if (by_lane.empty()) return Quantity::absent("no side of the workload reported what it received");
  double total = 0;
  for (const auto& [lane, bps] : by_lane) total += bps;
  return Quantity::of(total);
}

/// How evenly the guests share (Jain's index), and who has least and most. With one guest there is nothing to share.
void add_fairness(const TrialRecord& trial, MetricList& out) {
  std::vector<double> shares_bps;
  for (const auto& [lane, bps] : throughput_by_lane(trial, nullptr)) shares_bps.push_back(bps);
  if (shares_bps.size() < 2) return;
  const auto [least, most] = std::minmax_element(shares_bps.begin(), shares_bps.end());
  const auto fairness = stats::jain_index(shares_bps);
  out.add("fairness_jain", "1", "Fairness between guests (Jain's index)",
          fairness ? Quantity::of(*fairness) : Quantity::absent("no guest had any throughput"));
  out.add("guest_throughput_bps.least", "bit/s", "Throughput of the guest that has least", Quantity::of(*least));
  out.add("guest_throughput_bps.most", "bit/s", "Throughput of the guest that has most", Quantity::of(*most));
}

/// Beyond so many guests their table is export's: rows of 64 guests would bury the rest.
constexpr std::size_t kMostListedLanes = 8;

/// What each guest had of it: throughput, and latency where it is measured. A lane is named by its server's end, which
/// is a guest.
void add_lanes(const TrialRecord& trial, MetricList& out) {
  const std::map<int, double> by_lane = throughput_by_lane(trial, nullptr);
  if (by_lane.size() < 2 || by_lane.size() > kMostListedLanes) return;
  const auto guest_of = [&](int lane) {
    const auto index = static_cast<std::size_t>(lane);
    return index < trial.setup.lanes.size() ? trial.setup.lanes[index].server_endpoint : fmt::format("lane{}", lane);
  };
  for (const auto& [lane, bps] : by_lane)
    out.add("lane_throughput_bps." + guest_of(lane), "bit/s", "Throughput of " + guest_of(lane), Quantity::of(bps));
  std::map<int, Histogram> latencies;
  for (const EndpointReport& entry : trial.reports)
    if (entry.report.latency_ns) latencies[entry.lane].merge(*entry.report.latency_ns);
  for (const auto& [lane, latency_ns] : latencies)
    if (latency_ns.count() > 0)
      out.add("lane_latency_p99_us." + guest_of(lane), "us", "Latency p99 of " + guest_of(lane),
              Quantity::of(static_cast<double>(latency_ns.quantile(0.99)) / kNsPerUs));
}

/// Sum of a measure over the reports of clients (or servers); absent when none has it.
Quantity sum_of(const TrialRecord& trial, const std::string& measure) {
  double total = 0;
  bool found = false;
  for (const EndpointReport& entry : trial.reports) {
    const auto value = entry.report.measure(measure);
    if (!value) continue;
    total += *value;
    found = true;
  }
  return found ? Quantity::of(total) : Quantity::absent("the workload does not report " + measure);
}

Quantity transactions_of_lanes(const TrialRecord& trial, const std::set<int>* lanes) {
  double total = 0;
  bool found = false;
  for (const EndpointReport& entry : trial.reports) {
    if (lanes != nullptr && !lanes->contains(entry.lane)) continue;
    // Both sides count the same transactions: take the client's.
    const auto value = entry.is_server ? std::nullopt : entry.report.measure("transactions_per_s");
    if (!value) continue;
    total += *value;
    found = true;
  }
  return found ? Quantity::of(total) : Quantity::absent("the workload makes no transactions");
}

struct LatencyQuantile {
  const char* name;
  const char* label;
  double quantile;
};
constexpr std::array<LatencyQuantile, 4> kLatencyQuantiles{{{"latency_p50_us", "Latency p50", 0.5},
                                                            {"latency_p90_us", "Latency p90", 0.9},
                                                            {"latency_p99_us", "Latency p99", 0.99},
                                                            {"latency_p999_us", "Latency p99.9", 0.999}}};
constexpr std::pair kLatencyMaximum{"latency_max_us", "Latency maximum"};

/// Quantiles that a tool tells without the round trips behind them. Those of several clients make no common one.
void add_told_latency(const TrialRecord& trial, MetricList& out) {
  const WorkloadReport* client = nullptr;
  for (const EndpointReport& entry : trial.reports) {
    if (entry.is_server) continue;
    if (client != nullptr) return;
    client = &entry.report;
  }
  if (client == nullptr) return;
  const auto add = [&](const char* name, const char* label) {
    if (const auto value = client->measure(name)) out.add(name, "us", label, Quantity::of(*value));
  };
  for (const LatencyQuantile& q : kLatencyQuantiles) add(q.name, q.label);
  add(kLatencyMaximum.first, kLatencyMaximum.second);
}

void add_latency(const TrialRecord& trial, MetricList& out) {
  Histogram all;
  for (const EndpointReport& entry : trial.reports)
    if (entry.report.latency_ns) all.merge(*entry.report.latency_ns);
  if (all.count() == 0) return add_told_latency(trial, out);
  const auto to_us = [](std::int64_t ns) { return Quantity::of(static_cast<double>(ns) / kNsPerUs); };
  for (const LatencyQuantile& q : kLatencyQuantiles) out.add(q.name, "us", q.label, to_us(all.quantile(q.quantile)));
  out.add(kLatencyMaximum.first, "us", kLatencyMaximum.second, to_us(all.max()));
}

/// Mean of a measure over the lanes' reports; nullopt when none has it.
std::optional<double> mean_of(const TrialRecord& trial, const std::string& measure) {
  double sum = 0;
  int count = 0;
  for (const EndpointReport& entry : trial.reports) {
    const auto value = entry.report.measure(measure);
    if (!value) continue;
    sum += *value;
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / count;
}

/// Datagrams as the programs count them: what a device or the network stack carried them in is counted apart.
void add_datagram_rates(const TrialRecord& trial, MetricList& out) {
  const Quantity received = sum_of(trial, "datagrams_received_per_s");
  if (!received.value) return;
  out.add("datagrams_sent_per_s", "1/s", "Datagrams sent", sum_of(trial, "datagrams_sent_per_s"));
  out.add("datagrams_received_per_s", "1/s", "Datagrams received", received);
  out.add("datagrams_per_stack_packet.sent", "datagrams", "Datagrams in a packet that the sender's stack got (gso)",
          ratio_of(sum_of(trial, "datagrams_sent"), sum_of(trial, "stack_packets_sent"), 1, "none was sent"));
  out.add("datagrams_per_stack_packet.received", "datagrams",
          "Datagrams in a packet that the receiver's stack gave (gro)",
          ratio_of(sum_of(trial, "datagrams_received"), sum_of(trial, "stack_packets_received"), 1, "none came"));
  if (const auto jitter = mean_of(trial, "jitter_us"))
    out.add("jitter_us", "us", "Jitter of arrivals (RFC 3550)", Quantity::of(*jitter));
  if (const auto jitter = mean_of(trial, "jitter_p99_us"))
    out.add("jitter_p99_us", "us", "Jitter of arrivals p99", Quantity::of(*jitter));
}

/// Of the rate that paced senders or an open loop were asked for. Below 100 the figures are of the most that went, not
/// of the load that was asked.
void add_rate_reached(const TrialRecord& trial, MetricList& out) {
  double asked = 0;
  double reached = 0;
  for (const EndpointReport& entry : trial.reports) {
    const WorkloadReport& report = entry.report;
    const bool in_transactions = report.measure("transactions_asked_per_s").has_value();
    asked += report.measure(in_transactions ? "transactions_asked_per_s" : "rate_asked_bps").value_or(0);
    if (!in_transactions && !report.measure("rate_asked_bps")) continue;
    reached += report.measure(in_transactions ? "transactions_per_s" : "rate_achieved_bps").value_or(0);
  }
  if (asked <= 0) return;
  constexpr double kPercent = 100;
  out.add("rate_reached_percent", "%", "Rate reached of the rate asked for", Quantity::of(reached / asked * kPercent));
}

/// How wrong a lane's one-way delays may be: what the offsets were known to before, and how much they moved meanwhile.
double one_way_error_us(const TrialRecord& trial) {
  std::map<std::string, std::vector<const ClockOffset*>> by_endpoint;
  for (const ClockOffset& clock : trial.clocks) by_endpoint[clock.endpoint].push_back(&clock);
  double worst_ns = 0;
  for (const Lane& lane : trial.setup.lanes) {
    double error_ns = 0;
    double moved_ns = 0;
    for (const auto& [endpoint, sign] : {std::pair(lane.server_endpoint, 1), std::pair(lane.client_endpoint, -1)}) {
      const auto& seen = by_endpoint[endpoint];
      if (seen.empty()) continue;
      error_ns += static_cast<double>(std::max(seen.front()->error_ns, seen.back()->error_ns));
      moved_ns += sign * static_cast<double>(seen.back()->offset_ns - seen.front()->offset_ns);
    }
    worst_ns = std::max(worst_ns, error_ns + std::abs(moved_ns));
  }
  return worst_ns / kNsPerUs;
}

void add_one_way(const TrialRecord& trial, MetricList& out) {
  const auto p50 = mean_of(trial, "one_way_p50_us");
  if (!p50) return;
  out.add("one_way_p50_us", "us", "One-way delay p50", Quantity::of(*p50));
  out.add("one_way_p99_us", "us", "One-way delay p99", Quantity::of(mean_of(trial, "one_way_p99_us").value_or(0)));
  out.add("one_way_max_us", "us", "One-way delay maximum", Quantity::of(mean_of(trial, "one_way_max_us").value_or(0)));
  out.add("one_way_error_us", "us", "One-way delays may be wrong by", Quantity::of(one_way_error_us(trial)));
}

/// What the workload's own threads cost at one end: netperf's service demand, without what interrupts cost.
void add_demand_of_threads(const TrialRecord& trial, bool server, MetricList& out) {
  double cpu_us = 0;
  double work_kb = 0;
  double transactions = 0;
  for (const EndpointReport& entry : trial.reports) {
    if (entry.is_server != server) continue;
    cpu_us += entry.report.measure("cpu_ns").value_or(0) / kNsPerUs;
    work_kb += (entry.report.measure("bytes_sent").value_or(0) + entry.report.measure("bytes_received").value_or(0)) /
               kBytesPerKilobyte;
    transactions += entry.report.measure("transactions").value_or(0);
  }
  if (cpu_us <= 0) return;
  const char* end = server ? "server" : "client";
  if (transactions > 0)
    out.add(fmt::format("threads_cpu_us_per_transaction.{}", end), "us",
            fmt::format("CPU of the {}'s threads per transaction", end), Quantity::of(cpu_us / transactions));
  else if (work_kb > 0)
    out.add(fmt::format("service_demand_us_per_kb.{}_threads", end), "us/KB",
            fmt::format("CPU of the {}'s threads per KB", end), Quantity::of(cpu_us / work_kb));
}

/// The lanes that `endpoint` is an end of; empty when it is none.
std::set<int> lanes_of(const TrialRecord& trial, const std::string& endpoint) {
  std::set<int> lanes;
  for (const EndpointReport& entry : trial.reports)
    if (entry.endpoint == endpoint) lanes.insert(entry.lane);
  return lanes;
}

}  // namespace

Quantity throughput_bps(const TrialRecord& trial) { return throughput_of_lanes(trial, nullptr); }

Quantity throughput_bps_of(const TrialRecord& trial, const std::string& endpoint) {
  const std::set<int> lanes = lanes_of(trial, endpoint);
  return throughput_of_lanes(trial, lanes.empty() ? nullptr : &lanes);
}

Quantity transactions_per_s_of(const TrialRecord& trial, const std::string& endpoint) {
  const std::set<int> lanes = lanes_of(trial, endpoint);
  return transactions_of_lanes(trial, lanes.empty() ? nullptr : &lanes);
}

void add_traffic_metrics(const TrialView& view, MetricList& out) {
  const TrialRecord& trial = view.trial();
  out.add("throughput_bps", "bit/s", "Throughput", throughput_bps(trial));
  add_fairness(trial, out);
  add_lanes(trial, out);
  const Quantity transactions = transactions_of_lanes(trial, nullptr);
  if (transactions.value) out.add("transactions_per_s", "1/s", "Transactions", transactions);
  add_rate_reached(trial, out);
  add_latency(trial, out);
  const Quantity lost = sum_of(trial, "datagrams_lost");
  const Quantity received = sum_of(trial, "datagrams_received");
  if (lost.value && received.value)
    out.add("datagrams_lost_percent", "%", "Datagrams lost",
            ratio_of(lost, Quantity::of(*lost.value + *received.value), 100, "no datagram was sent"));
  add_datagram_rates(trial, out);
  add_one_way(trial, out);
  add_demand_of_threads(trial, false, out);
  add_demand_of_threads(trial, true, out);
  const Quantity retransmits = sum_of(trial, "retransmits");
  if (retransmits.value) out.add("retransmits", "segments", "TCP segments sent again", retransmits);
}

}  // namespace sriov
