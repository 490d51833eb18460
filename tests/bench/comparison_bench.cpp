// Two runs of ten million samples each, compared, explained and shown: 60 trials, four endpoints, a row every 10 ms.
#include <sys/resource.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "analyzers/comparison/comparison.h"
#include "analyzers/explanations/explanation.h"
#include "core/time.h"
#include "report/text/render_comparison.h"
#include "report/text/render_run.h"
#include "store/store.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kRowNs = kSecondNs / 100;
constexpr int kRows = 1200;  // A second of warm-up, ten that count, a second after.
constexpr int kTrials = 60;

/// Endpoints' clocks are apart, as they are in runs.
std::int64_t offset_of(const std::string& endpoint) {
  return static_cast<std::int64_t>(endpoint.size()) * 17 * kSecondNs;
}

SampleBlock block_of(const std::string& endpoint, const std::string& collector, std::int64_t begin_ns) {
  SampleBlock block;
  block.endpoint = endpoint;
  block.collector = collector;
  for (int row = 0; row < kRows; ++row) {
    block.begin_ns.push_back(begin_ns + row * kRowNs + offset_of(endpoint) + row * 7919 % 60'000);
    block.end_ns.push_back(block.begin_ns.back() + 70'000);
  }
  return block;
}

void add(SampleBlock& block, const char* metric, const char* unit, Labels labels, double per_second) {
  block.series.push_back({metric, unit, MetricKind::counter, sorted(std::move(labels))});
  std::vector<std::int64_t> values;
  double value = 1000;
  std::uint32_t noise = 12'345;
  for (int row = 0; row < kRows; ++row) {
    values.push_back(static_cast<std::int64_t>(value));
    noise = noise * 1'664'525 + 1'013'904'223;
    value += per_second / 100 * (0.9 + 0.2 * static_cast<double>(noise >> 8U) / (1U << 24U));
  }
  block.columns.push_back(std::move(values));
}

/// 35 series: those that every endpoint has.
void add_endpoint(const std::string& endpoint, std::int64_t begin_ns, double load, TrialRecord& record) {
  SampleBlock interrupts = block_of(endpoint, "interrupts", begin_ns);
  for (int line = 0; line < 8; ++line)
    for (int cpu = 0; cpu < 2; ++cpu)
      add(interrupts, "interrupts.count", "interrupts",
          {{"irq", fmt::format("{}", 24 + line)},
           {"cpu", fmt::format("{}", cpu)},
           {"class", line < 4 ? "vf-msix" : "other"},
           {"device", line < 4 ? "eth1" : ""}},
          load * (line + 1) * 100);
  SampleBlock cpu = block_of(endpoint, "cpu", begin_ns);
  for (const char* mode : {"user", "system", "softirq", "idle", "iowait", "steal"})
    for (int number = 0; number < 2; ++number)
      add(cpu, "cpu.time", "ns", {{"cpu", fmt::format("{}", number)}, {"mode", mode}}, load * 1e8);
  SampleBlock netdev = block_of(endpoint, "netdev", begin_ns);
  for (const char* device : {"eth0", "eth1"})
    for (const char* metric : {"netdev.rx_bytes", "netdev.tx_bytes", "netdev.rx_packets", "netdev.tx_packets"})
      add(netdev, metric, "bytes", {{"device", device}}, std::string_view(device) == "eth1" ? load * 1e8 : 10);
  SampleBlock self = block_of(endpoint, "self", begin_ns);
  add(self, "self.cpu_time", "ns", {}, 1e6);
  add(self, "self.missed_deadlines", "count", {}, 0);
  for (SampleBlock* block : {&interrupts, &cpu, &netdev, &self}) record.blocks.push_back(std::move(*block));
}

TrialRecord trial_of(int index, double load) {
  const std::int64_t begin_ns = 1'000 * kSecondNs;
  TrialRecord record;
  record.planned = {
      index, index / 6, {{"path", index % 2 == 0 ? "vf" : "netfront"}, {"guests", fmt::format("{}", index % 6 / 2)}}};
  record.begin_ns = begin_ns;
  record.end_ns = begin_ns + kRows * kRowNs;
  record.setup.path = record.planned.cell["path"];
  record.setup.lanes = {{"peer", "guest1", "", "", {{"guest1", "eth1", Direction::to_guest, "netdev.rx_bytes", true}}}};
  for (const char* endpoint : {"dom0", "guest1", "guest2", "peer"}) {
    add_endpoint(endpoint, begin_ns, load, record);
    for (const std::int64_t taken : {record.begin_ns, record.end_ns})
      record.clocks.push_back({endpoint, offset_of(endpoint), 20'000, taken});
  }
  for (const bool is_server : {true, false}) {
    const std::string endpoint = is_server ? "guest1" : "peer";
    WorkloadReport report;
    report.window_begin_ns = begin_ns + kSecondNs + offset_of(endpoint);
    report.window_end_ns = report.window_begin_ns + 10 * kSecondNs;
    report.measures = {{"bytes_sent", "bytes", is_server ? 0 : load * 1e9},
                       {"bytes_received", "bytes", is_server ? load * 1e9 : 0}};
    record.reports.push_back({endpoint, 0, is_server, report});
  }
  return record;
}

/// Both runs, written once for all benchmarks.
const std::vector<std::string>& run_directories() {
  static const test::TemporaryDirectory folder;
  static const std::vector<std::string> directories = [] {
    std::vector<std::string> out;
    for (int run = 0; run < 2; ++run) {
      out.push_back(fmt::format("{}/run{}", folder.path(), run));
      RunInfo info;
      info.name = "large";
      info.testbed = "xen";
      info.planned_trials = kTrials;
      auto store = Store::create(out.back(), info);
      for (int i = 0; store && i < kTrials; ++i)
        if (!store->put_trial(trial_of(i, 1 + 0.01 * (i * 7 % 10) + 0.02 * run))) out.clear();
    }
    return out;
  }();
  return directories;
}

std::vector<Store> open_all(benchmark::State& state, std::size_t runs) {
  std::vector<Store> stores;
  const auto& directories = run_directories();
  for (std::size_t i = 0; i < std::min(runs, directories.size()); ++i)
    if (auto store = Store::open(directories[i])) stores.push_back(std::move(*store));
  if (stores.size() != runs) state.SkipWithError("the runs could not be written");
  return stores;
}

void tell(benchmark::State& state, std::size_t runs) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["peak_MiB"] = static_cast<double>(usage.ru_maxrss) / 1024;
  state.counters["samples"] = static_cast<double>(runs) * kTrials * 4 * 38 * kRows;
}

void CompareTwoLargeRuns(benchmark::State& state) {
  for (auto _ : state) {
    const std::vector<Store> stores = open_all(state, 2);
    const auto comparison = compare(stores, {});
    if (!comparison) return state.SkipWithError(comparison.error().text().c_str());
    benchmark::DoNotOptimize(render_comparison(*comparison, true, {}));
  }
  tell(state, 2);
}
BENCHMARK(CompareTwoLargeRuns)->Unit(benchmark::kNsPerMs);

void ExplainALargeRun(benchmark::State& state) {
  for (auto _ : state) {
    const std::vector<Store> stores = open_all(state, 1);
    const auto data = RunData::load(stores.front());
    if (!data) return state.SkipWithError(data.error().text().c_str());
    benchmark::DoNotOptimize(explain(*data));
  }
  tell(state, 1);
}
BENCHMARK(ExplainALargeRun)->Unit(benchmark::kNsPerMs);

void ShowALargeRun(benchmark::State& state) {
  for (auto _ : state) {
    const std::vector<Store> stores = open_all(state, 1);
    benchmark::DoNotOptimize(render_run(stores.front(), {}));
  }
  tell(state, 1);
}
BENCHMARK(ShowALargeRun)->Unit(benchmark::kNsPerMs);

}  // namespace
}  // namespace sriov
