// Samples into the store and out of it: a ten-minute recording of 500 series at 100 Hz.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "core/time.h"
#include "report/csv/export_csv.h"
#include "report/text/render_run.h"
#include "store/store.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kIntervalNs = kSecondNs / 100;
constexpr std::size_t kSeries = 500;
constexpr std::size_t kRowsPerBlock = 1000;  // Ten seconds: what a recording writes at a time.
constexpr std::size_t kBlocks = 60;

/// Counters that rise as interrupt counts do: most by something else each time, one in four not at all.
SampleBlock block_of(std::size_t number) {
  SampleBlock block;
  block.endpoint = "dom0";
  block.collector = "interrupts";
  const auto begin = static_cast<std::int64_t>(number * kRowsPerBlock);
  for (std::size_t row = 0; row < kRowsPerBlock; ++row) {
    const std::int64_t at_ns = 1'000 * kSecondNs + (begin + static_cast<std::int64_t>(row)) * kIntervalNs;
    block.begin_ns.push_back(at_ns + static_cast<std::int64_t>(row * 7919 % 60'000));
    block.end_ns.push_back(block.begin_ns.back() + 70'000);
  }
  for (std::size_t i = 0; i < kSeries; ++i) {
    block.series.push_back(
        {"interrupts.count",
         "interrupts",
         MetricKind::counter,
         {{"class", "other"}, {"cpu", fmt::format("{}", i % 8)}, {"irq", fmt::format("{}", i / 8)}}});
    std::vector<std::int64_t> values;
    std::int64_t value = begin * static_cast<std::int64_t>(i);
    for (std::size_t row = 0; row < kRowsPerBlock; ++row) {
      if (i % 4 != 0) value += static_cast<std::int64_t>((row * 2'654'435'761U + i * 40'503U) % 97);
      values.push_back(value);
    }
    block.columns.push_back(std::move(values));
  }
  return block;
}

RunInfo recording_info() {
  RunInfo info;
  info.name = "recording";
  info.tool_version = "bench";
  info.planned_trials = 1;
  info.started_unix_ns = 1'700'000'000 * kSecondNs;
  return info;
}

TrialRecord recording_trial() {
  TrialRecord record;
  record.begin_ns = 1'000 * kSecondNs;
  record.end_ns = 1'600 * kSecondNs;
  record.started_unix_ns = 1'700'000'000 * kSecondNs;
  record.clocks = {{"dom0", 0, 1'000, record.begin_ns}};
  return record;
}

void store_samples(benchmark::State& state) {
  const std::vector<SampleBlock> blocks{block_of(0)};
  std::int64_t samples = 0;
  const test::TemporaryDirectory directory;
  auto store = Store::create(directory.path() + "/run", recording_info());
  const auto trial = store->put_trial(recording_trial());
  for (auto _ : state) {
    if (!store->put_blocks(*trial, blocks)) state.SkipWithError("cannot store");
    samples += static_cast<std::int64_t>(kSeries * kRowsPerBlock);
  }
  state.SetItemsProcessed(samples);
}
BENCHMARK(store_samples)->Unit(benchmark::kNsPerMs)->UseRealTime();

/// The recording, made once for all benchmarks that read it.
const std::string& recording() {
  static const test::TemporaryDirectory directory;
  static const std::string path = [] {
    const std::string run = directory.path() + "/run";
    auto store = Store::create(run, recording_info());
    const auto trial = store->put_trial(recording_trial());
    for (std::size_t i = 0; i < kBlocks; ++i) (void)store->put_blocks(*trial, {block_of(i)});
    (void)store->set_finished(1'700'000'600 * kSecondNs);
    return run;
  }();
  return path;
}

void export_samples(benchmark::State& state) {
  std::int64_t bytes = 0;
  for (auto _ : state) {
    const auto store = Store::open(recording());
    const auto exported = export_samples_csv(*store, [&bytes](std::string_view part) -> Result<void> {
      bytes += static_cast<std::int64_t>(part.size());
      return {};
    });
    if (!exported) state.SkipWithError(exported.error().text().c_str());
  }
  state.SetBytesProcessed(bytes);
}
BENCHMARK(export_samples)->Unit(benchmark::kNsPerMs)->UseRealTime();

void show_recording(benchmark::State& state) {
  for (auto _ : state) {
    const auto store = Store::open(recording());
    const auto shown = render_run(*store, {});
    if (!shown) state.SkipWithError(shown.error().text().c_str());
  }
}
BENCHMARK(show_recording)->Unit(benchmark::kNsPerMs)->UseRealTime();

}  // namespace
}  // namespace sriov
