// A run whose every number is known beforehand: counters rise evenly, clocks are apart, paths differ.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/time.h"
#include "core/trial.h"
#include "store/store.h"

namespace sriov::test {

/// Rates per second of what one trial did.
struct SyntheticTrial {
  int index = 0;
  int repetition = 0;
  std::string path = "vf";
  std::string workload = "tcp_stream";
  double goodput_bps = 80e6;
  double dom0_cpu_percent = 10;
  double guest_cpu_percent = 30;
  double guest_vf_interrupts = 500;
  double guest_netfront_interrupts = 0;
  double dom0_netback_interrupts = 0;
};

/// Endpoint clocks minus the controller's.
inline std::int64_t offset_of(const std::string& endpoint) {
  if (endpoint == "dom0") return -500 * kNsPerSecond;
  if (endpoint == "guest1") return 70 * kNsPerSecond;
  return 0;
}

/// The trial begins at 1,000 s of the controller's clock, counts from second 1 to 3 and is sampled every second from 0
/// to 4. All counters rise evenly from second 0 on.
class SyntheticRecord {
 public:
  explicit SyntheticRecord(const SyntheticTrial& trial) : trial_(trial) {
    record_.planned = {trial.index, trial.repetition, {{"path", trial.path}, {"workload", trial.workload}}};
    record_.started_unix_ns = 1'700'000'000 * kNsPerSecond + trial.index * 10 * kNsPerSecond;
    record_.begin_ns = kBegin;
    record_.end_ns = kBegin + 4 * kNsPerSecond;
    add_setup();
    add_clocks();
    add_reports();
    add_blocks();
  }
  [[nodiscard]] TrialRecord take() { return std::move(record_); }

 private:
  static constexpr std::int64_t kBegin = 1000 * kNsPerSecond;
  static constexpr int kRows = 5;
  static constexpr double kLife = 4;  // Seconds from the first sample to the last; payload flows throughout.

  [[nodiscard]] double bytes_per_s() const { return trial_.goodput_bps / 8; }

  void add_setup() {
    const bool vf = trial_.path == "vf";
    record_.setup.path = trial_.path;
    record_.setup.lanes = {{"peer",
                            "guest1",
                            "10.0.0.1",
                            "10.0.0.2",
                            {{"guest1", "eth1", Direction::to_guest, "netdev.rx_bytes", vf},
                             {"guest1", "eth0", Direction::to_guest, "netdev.rx_bytes", !vf},
                             {"dom0", "vif1.0", Direction::to_guest, "netdev.tx_bytes", !vf},
                             {"peer", "tap0", Direction::to_guest, "netdev.tx_bytes", true}}}};
  }

  void add_clocks() {
    for (const std::int64_t taken : {kBegin, kBegin + 4 * kNsPerSecond})
      for (const char* endpoint : {"dom0", "guest1", "peer"})
        record_.clocks.push_back({endpoint, offset_of(endpoint), 20'000, taken});
  }

  [[nodiscard]] WorkloadReport report(const std::string& endpoint, double sent, double received) const {
    WorkloadReport out;
    out.window_begin_ns = kBegin + kNsPerSecond + offset_of(endpoint);
    out.window_end_ns = kBegin + 3 * kNsPerSecond + offset_of(endpoint);
    out.measures = {{"bytes_sent", "bytes", sent * 2},
                    {"bytes_received", "bytes", received * 2},
                    {"total_bytes_sent", "bytes", sent * kLife},
                    {"total_bytes_received", "bytes", received * kLife},
                    {"cpu_ns", "ns", 1e8}};
    for (int second = 0; second < 3; ++second) {
      const std::int64_t begin_ns = out.window_begin_ns + (second - 1) * kNsPerSecond;
      out.intervals.push_back({begin_ns,
                               begin_ns + kNsPerSecond,
                               second == 0,
                               {{"bytes_sent", "bytes", sent}, {"bytes_received", "bytes", received}},
                               {}});
    }
    return out;
  }

  void add_reports() {
    WorkloadReport client = report("peer", bytes_per_s(), 0);
    if (trial_.workload == "tcp_rr") {
      client.measures.push_back({"transactions_per_s", "transactions/s", 4000});
      client.latency_ns.emplace();
      for (int i = 1; i <= 100; ++i) client.latency_ns->record(i * 2000);
      client.intervals.back().latency_ns = PackedHistogram(*client.latency_ns);
    }
    record_.reports = {{"peer", 0, false, client}, {"guest1", 0, true, report("guest1", 0, bytes_per_s())}};
  }

  SampleBlock& add_block(const std::string& endpoint, const std::string& collector) {
    SampleBlock block;
    block.endpoint = endpoint;
    block.collector = collector;
    for (int row = 0; row < kRows; ++row) {
      const std::int64_t instant = kBegin + row * kNsPerSecond + offset_of(endpoint);
      block.begin_ns.push_back(instant - 50'000);
      block.end_ns.push_back(instant + 50'000);
    }
    record_.blocks.push_back(std::move(block));
    return record_.blocks.back();
  }

  static void add_counter(SampleBlock& block, const std::string& metric, const std::string& unit, Labels labels,
                          std::int64_t start, double per_second) {
    block.series.push_back({metric, unit, MetricKind::counter, sorted(std::move(labels))});
    std::vector<std::int64_t> values;
    for (int row = 0; row < kRows; ++row) values.push_back(start + static_cast<std::int64_t>(per_second * row));
    block.columns.push_back(std::move(values));
  }

  void add_blocks() {
    constexpr double kCpuPerPercent = 1e7;  // ns per second
    const bool vf = trial_.path == "vf";
    const double wire = bytes_per_s() * 1.05;  // Headers.
    SampleBlock& xen = add_block("dom0", "xen");
    add_counter(xen, "xen.domain_cpu_time", "ns", {{"domain", "Domain-0"}, {"domid", "0"}}, 5'000'000,
                trial_.dom0_cpu_percent * kCpuPerPercent);
    add_counter(xen, "xen.domain_cpu_time", "ns", {{"domain", "guest1"}, {"domid", "1"}}, 7'000'000,
                trial_.guest_cpu_percent * kCpuPerPercent);
    SampleBlock& dom0_net = add_block("dom0", "netdev");
    add_counter(dom0_net, "netdev.tx_bytes", "bytes", {{"device", "vif1.0"}}, 1000, vf ? 0 : wire);
    add_counter(dom0_net, "netdev.tx_packets", "packets", {{"device", "vif1.0"}}, 10, vf ? 0 : wire / 30'000);
    SampleBlock& dom0_interrupts = add_block("dom0", "interrupts");
    add_counter(dom0_interrupts, "interrupts.count", "interrupts",
                {{"irq", "60"},
                 {"cpu", "0"},
                 {"class", "netback"},
                 {"device", "vif1.0"},
                 {"vif", "vif1.0"},
                 {"action", "vif1.0-q0-rx"},
                 {"queue", "0"}},
                40, trial_.dom0_netback_interrupts);
    SampleBlock& guest_net = add_block("guest1", "netdev");
    add_counter(guest_net, "netdev.rx_bytes", "bytes", {{"device", "eth1"}}, 900, vf ? wire : 100);
    add_counter(guest_net, "netdev.rx_packets", "packets", {{"device", "eth1"}}, 9, vf ? wire / 1500 : 1);
    add_counter(guest_net, "netdev.rx_bytes", "bytes", {{"device", "eth0"}}, 900, vf ? 100 : wire);
    add_counter(guest_net, "netdev.rx_packets", "packets", {{"device", "eth0"}}, 9, vf ? 1 : wire / 30'000);
    SampleBlock& guest_interrupts = add_block("guest1", "interrupts");
    add_counter(guest_interrupts, "interrupts.count", "interrupts",
                {{"irq", "24"}, {"cpu", "0"}, {"class", "vf-msix"}, {"device", "eth1"}, {"action", "eth1-rx-0"}},
                4'294'966'000, trial_.guest_vf_interrupts);
    add_counter(guest_interrupts, "interrupts.count", "interrupts",
                {{"irq", "70"}, {"cpu", "0"}, {"class", "netfront"}, {"device", "eth0"}, {"action", "eth0-q0, \"rx\""}},
                3, trial_.guest_netfront_interrupts);
    for (std::int64_t& value : guest_interrupts.columns[0]) value %= std::int64_t{1} << 32;  // As the kernel wraps.
    SampleBlock& self = add_block("guest1", "self");
    add_counter(self, "self.cpu_time", "ns", {}, 0, 0.4 * kCpuPerPercent);
    add_counter(self, "self.missed_deadlines", "count", {}, 0, 0);
    SampleBlock& peer_net = add_block("peer", "netdev");
    add_counter(peer_net, "netdev.tx_bytes", "bytes", {{"device", "tap0"}}, 0, wire);
    SampleBlock& peer_cpu = add_block("peer", "cpu");
    add_counter(peer_cpu, "cpu.time", "ns", {{"cpu", "0"}, {"mode", "user"}}, 0, 20 * kCpuPerPercent);
    add_counter(peer_cpu, "cpu.time", "ns", {{"cpu", "0"}, {"mode", "idle"}}, 0, 70 * kCpuPerPercent);
    add_counter(peer_cpu, "cpu.time", "ns", {{"cpu", "0"}, {"mode", "steal"}}, 0, 10 * kCpuPerPercent);
    peer_cpu.columns[1][2] = kAbsent;
  }

  SyntheticTrial trial_;
  TrialRecord record_;
};

inline TrialRecord make_record(const SyntheticTrial& trial) { return SyntheticRecord(trial).take(); }

inline SyntheticTrial on_path(const std::string& path, int index, int repetition) {
  SyntheticTrial trial;
  trial.index = index;
  trial.repetition = repetition;
  trial.path = path;
  const double drift = 1 + 0.02 * repetition;
  if (path == "netfront") {
    trial.goodput_bps = 64e6 * drift;
    trial.dom0_cpu_percent = 40 + repetition;
    trial.guest_vf_interrupts = 0;
    trial.guest_netfront_interrupts = 220;
    trial.dom0_netback_interrupts = 160;
    return trial;
  }
  trial.goodput_bps = 80e6 / drift;
  trial.dom0_cpu_percent = 4 + 0.2 * repetition;
  return trial;
}

inline RunInfo synthetic_info(bool emulated) {
  RunInfo info;
  info.name = "vf-vs-netfront";
  info.description = "Both paths, side by side";
  info.testbed = emulated ? "lab" : "xen";
  info.emulated = emulated;
  info.accelerator = emulated ? "tcg" : "";
  info.tool_version = "1.0.0-fixture";
  info.experiment_toml = "name = \"vf-vs-netfront\"\n";
  info.planned_trials = 7;
  info.started_unix_ns = 1'700'000'000 * kNsPerSecond;
  return info;
}

/// Three repetitions of vf and netfront; the second netfront trial failed at its first
/// attempt; a fourth netfront trial is invalid.
inline Result<Store> make_synthetic_run(const std::string& directory, bool emulated) {
  SRIOV_ASSIGN(Store store, Store::create(directory, synthetic_info(emulated)));
  SRIOV_TRY(store.put_environment("dom0", R"({"hostname":"lab-dom0","kernel":"6.1.0-37-amd64","cpus":2,
      "xen":{"version":"4.17.5","command_line":"dom0_mem=1G"},"nics":[{"device":"eth0"}],
      "remade_guests":["guest2: it died while it booted"]})"));
  SRIOV_TRY(store.put_event(1'700'000'001 * kNsPerSecond, "peer", "collector xen skipped: not a Xen domain"));
  for (int repetition = 0; repetition < 3; ++repetition) {
    SRIOV_TRY(store.put_trial(make_record(on_path("vf", repetition * 2, repetition))));
    TrialRecord netfront = make_record(on_path("netfront", repetition * 2 + 1, repetition));
    if (repetition == 1) {
      TrialRecord lost = netfront;
      lost.status = TrialStatus::failed;
      lost.reason = "guest1: the agent has gone";
      lost.reports.clear();
      SRIOV_TRY(store.put_trial(lost));
      netfront.attempt = 2;
    }
    SRIOV_TRY(store.put_trial(netfront));
  }
  TrialRecord invalid = make_record(on_path("netfront", 6, 3));
  invalid.status = TrialStatus::invalid;
  invalid.reason = "guest1 eth0 carried 0.0 MB of 32.0 MB (to_guest)";
  SRIOV_TRY(store.put_trial(invalid));
  SRIOV_TRY(store.set_finished(1'700'000'100 * kNsPerSecond));
  return store;
}

}  // namespace sriov::test
