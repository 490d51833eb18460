// Runs whose counters rise at chosen rates: for analyses over many trials.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/time.h"
#include "core/trial.h"
#include "store/store.h"

namespace sriov::test {

/// A counter that rises by `per_second`, or by what `profile` says of each second since the trial began.
struct RateCounter {
  std::string endpoint;
  std::string collector;
  std::string metric;
  Labels labels;
  double per_second = 0;
  std::function<double(double)> profile = {};
};

/// A trial from 0 to 6 s, counted from 1 to 5 s and sampled every 100 ms, on clocks that agree.
struct RateTrial {
  Cell cell;
  int repetition = 0;
  std::vector<double> guests_bps = {80e6};  ///< Of each guest.
  std::vector<RateCounter> counters;

  /// What Xen charges a domain, in percent of one CPU.
  RateTrial& cpu(const std::string& domain, double percent) {
    const std::string domid = domain == "Domain-0" ? "0" : domain.substr(5);
    counters.push_back({"dom0", "xen", "xen.domain_cpu_time", {{"domain", domain}, {"domid", domid}}, percent * 1e7});
    return *this;
  }
  /// What guest1's device received.
  RateTrial& packets(double per_second, double bytes_each) {
    counters.push_back({"guest1", "netdev", "netdev.rx_packets", {{"device", "vf0"}}, per_second});
    counters.push_back({"guest1", "netdev", "netdev.rx_bytes", {{"device", "vf0"}}, per_second * bytes_each});
    return *this;
  }
  RateTrial& interrupts(const std::string& endpoint, double per_second) {
    counters.push_back(
        {endpoint, "interrupts", "interrupts.count", {{"irq", "24"}, {"cpu", "0"}, {"class", "vf-msix"}}, per_second});
    return *this;
  }
};

inline TrialRecord make_rate_record(const RateTrial& trial, int index) {
  constexpr std::int64_t kBegin = 1'000'000'000'000;
  constexpr std::int64_t kRowNs = 100'000'000;
  constexpr int kRows = 61;
  TrialRecord record;
  record.planned = {index, trial.repetition, trial.cell};
  record.begin_ns = kBegin;
  record.end_ns = kBegin + 6 * kNsPerSecond;
  const auto path = trial.cell.find("path");
  record.setup.path = path == trial.cell.end() ? "vf" : path->second;
  for (std::size_t i = 0; i < trial.guests_bps.size(); ++i) {
    const std::string guest = "guest" + std::to_string(i + 1);
    record.setup.lanes.push_back(
        {"peer", guest, "", "", {{guest, "vf0", Direction::to_guest, "netdev.rx_bytes", true}}});
    WorkloadReport report;
    report.window_begin_ns = kBegin + kNsPerSecond;
    report.window_end_ns = kBegin + 5 * kNsPerSecond;
    report.measures = {{"bytes_sent", "bytes", 0}, {"bytes_received", "bytes", trial.guests_bps[i] / 8 * 4}};
    record.reports.push_back({guest, static_cast<int>(i), true, report});
    report.measures = {{"bytes_sent", "bytes", trial.guests_bps[i] / 8 * 4}, {"bytes_received", "bytes", 0}};
    record.reports.push_back({"peer", static_cast<int>(i), false, report});
  }
  std::map<std::pair<std::string, std::string>, SampleBlock> blocks;
  for (const RateCounter& counter : trial.counters) {
    SampleBlock& block = blocks[{counter.endpoint, counter.collector}];
    block.endpoint = counter.endpoint;
    block.collector = counter.collector;
    block.series.push_back({counter.metric, "", MetricKind::counter, sorted(counter.labels)});
    std::vector<std::int64_t> values;
    double value = 1000;
    for (int row = 0; row < kRows; ++row) {
      values.push_back(static_cast<std::int64_t>(value));
      value += (counter.profile ? counter.profile(row * 0.1) : counter.per_second) / 10;
    }
    block.columns.push_back(std::move(values));
  }
  for (auto& [key, block] : blocks) {
    for (int row = 0; row < kRows; ++row) {
      block.begin_ns.push_back(kBegin + row * kRowNs);
      block.end_ns.push_back(kBegin + row * kRowNs);
    }
    record.blocks.push_back(std::move(block));
  }
  for (const std::int64_t taken : {kBegin, kBegin + 6 * kNsPerSecond})
    for (const char* endpoint : {"dom0", "guest1", "guest2", "guest3", "guest4", "peer", "host"})
      record.clocks.push_back({endpoint, 0, 1000, taken});
  return record;
}

inline Result<Store> make_rate_run(const std::string& directory, const std::vector<RateTrial>& trials,
                                   bool emulated = false) {
  RunInfo info;
  info.name = "rates";
  info.testbed = emulated ? "lab" : "xen";
  info.emulated = emulated;
  info.accelerator = emulated ? "tcg" : "";
  info.planned_trials = static_cast<int>(trials.size());
  info.started_unix_ns = 1'700'000'000'000'000'000;
  SRIOV_ASSIGN(Store store, Store::create(directory, info));
  for (std::size_t i = 0; i < trials.size(); ++i)
    SRIOV_TRY(store.put_trial(make_rate_record(trials[i], static_cast<int>(i))));
  return store;
}

}  // namespace sriov::test
