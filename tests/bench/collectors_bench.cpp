// What a row costs: parsing a large machine's /proc/interrupts, and real samples against the bare reads.
#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "collector/collector.h"
#include "collector/interrupts_text.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr int kCpus = 64;
constexpr int kLines = 600;

/// A machine with 64 CPUs and 600 lines; every `every`-th line counts on by `step` on one CPU.
std::string interrupts_text(int step, int every) {
  std::string out = "     ";
  for (int cpu = 0; cpu < kCpus; ++cpu) out += fmt::format("CPU{:<8}", cpu);
  out += '\n';
  for (int line = 0; line < kLines; ++line) {
    out += fmt::format("{:3}: ", line);
    for (int cpu = 0; cpu < kCpus; ++cpu) {
      const bool counts = cpu == line % kCpus;
      out += fmt::format("{:10} ", counts ? 1'000'000 + line * 37 + (line % every == 0 ? step : 0) : 0);
    }
    out += fmt::format(" IR-PCI-MSIX-0000:{:02x}:00.0  {}-edge      eth{}-TxRx-{}\n", line % 200, line, line % 8, line);
  }
  return out;
}

void parse_anew(benchmark::State& state) {
  const std::string text = interrupts_text(0, 1);
  for (auto _ : state) {
    InterruptsTable table;
    benchmark::DoNotOptimize(table.update(text));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(parse_anew)->Unit(benchmark::kMicrosecond);

/// The argument is the share of changed lines: every n-th.
void parse_update(benchmark::State& state) {
  const int every = static_cast<int>(state.range(0));
  const std::string texts[2] = {interrupts_text(0, every), interrupts_text(1, every)};
  InterruptsTable table;
  table.update(texts[0]);
  std::size_t turn = 0;
  for (auto _ : state) {
    const auto change = table.update(texts[++turn % 2]);
    if (change != InterruptsTable::Change::values) state.SkipWithError("the layout changed");
  }
}
BENCHMARK(parse_update)->ArgName("every")->Arg(1)->Arg(10)->Unit(benchmark::kMicrosecond);

void sample(benchmark::State& state, const std::string& name, const CollectorOptions& options = {}) {
  const auto collector = CollectorRegistry::instance().make(name);
  Recorder recorder(100'000);
  if (!collector || !collector->probe(Host{}) || !collector->open(Host{}, options, recorder)) {
    state.SkipWithError("does not work here");
    return;
  }
  for (auto _ : state) {
    recorder.begin_row(0);
    collector->sample(recorder);
    recorder.end_row(0);
  }
}
BENCHMARK_CAPTURE(sample, interrupts, std::string("interrupts"))->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(sample, cpu, std::string("cpu"))->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(sample, netdev, std::string("netdev"))->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(sample, self, std::string("self"))->Unit(benchmark::kMicrosecond);

/// The first `count` numbered lines of this machine, from files of their own where that is cheaper.
void sample_few_interrupts(benchmark::State& state) {
  InterruptsTable table;
  table.update(read_file("/proc/interrupts").value_or(""));
  std::string irqs;
  std::int64_t left = state.range(0);
  for (const InterruptsRow& row : table.rows())
    if (row.is_numbered() && left-- > 0) irqs += (irqs.empty() ? "" : ",") + row.name;
  sample(state, "interrupts", {{"irqs", irqs}});
}
BENCHMARK(sample_few_interrupts)->ArgName("lines")->Arg(4)->Unit(benchmark::kMicrosecond);

void bare_pread(benchmark::State& state, const char* path) {
  const Fd fd(::open(path, O_RDONLY | O_CLOEXEC));
  std::vector<char> buffer(1U << 20U);
  for (auto _ : state) {
    off_t at = 0;
    for (ssize_t got = 1; got > 0; at += got)
      got = ::pread(fd.get(), buffer.data() + at, buffer.size() - static_cast<std::size_t>(at), at);
  }
}
BENCHMARK_CAPTURE(bare_pread, interrupts, "/proc/interrupts")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(bare_pread, stat, "/proc/stat")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(bare_pread, net_dev, "/proc/net/dev")->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sriov
