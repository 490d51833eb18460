// What a row costs: parsing a large machine's /proc/interrupts, and real samples against the bare reads.
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <unistd.h>

#include <span>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "collector/collector.h"
#include "collector/interrupts/interrupts_text.h"
#include "collector/net/netlink_socket.h"
#include "core/text.h"
#include "host/file.h"

namespace sriov {
namespace {

/// A machine's file; every `every`-th line counts on by `step` on one CPU.
std::string interrupts_text(int cpus, int lines, int step, int every) {
  std::string out = "     ";
  for (int cpu = 0; cpu < cpus; ++cpu) out += fmt::format("CPU{:<8}", cpu);
  out += '\n';
  for (int line = 0; line < lines; ++line) {
    out += fmt::format("{:3}: ", line);
    for (int cpu = 0; cpu < cpus; ++cpu) {
      const bool counts = cpu == line % cpus;
      out += fmt::format("{:10} ", counts ? 1'000'000 + line * 37 + (line % every == 0 ? step : 0) : 0);
    }
    out += fmt::format(" IR-PCI-MSIX-0000:{:02x}:00.0  {}-edge      eth{}-TxRx-{}\n", line % 200, line, line % 8, line);
  }
  return out;
}

void parse(benchmark::State& state, const std::string& text) {
  for (auto _ : state) {
    InterruptsTable table;
    benchmark::DoNotOptimize(table.update(text));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void parse_generated(benchmark::State& state) {
  parse(state, interrupts_text(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)), 0, 1));
}
BENCHMARK(parse_generated)
    ->ArgNames({"cpus", "lines"})
    ->Args({64, 600})
    ->Args({512, 2000})
    ->Unit(benchmark::kMicrosecond);

void parse_capture(benchmark::State& state, const char* path) {
  const auto text = read_file(std::string(SRIOV_FIXTURES) + path);
  if (!text) {
    state.SkipWithError(text.error().text().c_str());
    return;
  }
  parse(state, *text);
}
BENCHMARK_CAPTURE(parse_capture, dom0, "/captures/dom0/t1/interrupts")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(parse_capture, guest, "/captures/guest/t1/interrupts")->Unit(benchmark::kMicrosecond);

/// As sampling does: the same machine's file again and again, under load.
void update_capture(benchmark::State& state, const std::string& folder) {
  const auto first = read_file(std::string(SRIOV_FIXTURES) + folder + "/t1/interrupts");
  const auto second = read_file(std::string(SRIOV_FIXTURES) + folder + "/t2/interrupts");
  if (!first || !second) {
    state.SkipWithError("the captures are not there");
    return;
  }
  InterruptsTable table;
  table.update(*first);
  for (auto _ : state) {
    benchmark::DoNotOptimize(table.update(*second));
    benchmark::DoNotOptimize(table.update(*first));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(first->size() + second->size()));
}
BENCHMARK_CAPTURE(update_capture, dom0, "/captures/dom0")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(update_capture, guest, "/captures/guest")->Unit(benchmark::kMicrosecond);

/// A table that has seen the file before; every n-th line changed since. Bytes a second are those of the whole file.
void parse_update(benchmark::State& state) {
  const int cpus = static_cast<int>(state.range(0));
  const int lines = static_cast<int>(state.range(1));
  const int every = static_cast<int>(state.range(2));
  const std::string texts[2] = {interrupts_text(cpus, lines, 0, every), interrupts_text(cpus, lines, 1, every)};
  InterruptsTable table;
  table.update(texts[0]);
  std::size_t turn = 0;
  for (auto _ : state) {
    const auto change = table.update(texts[++turn % 2]);
    if (change != InterruptsTable::Change::values) state.SkipWithError("the layout changed");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(texts[0].size()));
}
BENCHMARK(parse_update)
    ->ArgNames({"cpus", "lines", "every"})
    ->Args({64, 600, 10})
    ->Args({64, 600, 1})
    ->Args({256, 1200, 10})
    ->Args({256, 1200, 1})
    ->Args({512, 2000, 1})
    ->Unit(benchmark::kMicrosecond);

/// Collectors opened with their options, and a recorder for their rows.
class Open {
 public:
  explicit Open(const std::vector<std::pair<std::string, CollectorOptions>>& wanted) : recorder_(1) {
    for (const auto& [name, options] : wanted) {
      auto collector = CollectorRegistry::instance().make(name);
      auto opened = collector->probe(Host{});
      if (opened) opened = collector->open(Host{}, options, recorder_);
      if (!opened) {
        why_not_ = opened.error().text();
        return;
      }
      collectors_.push_back(std::move(collector));
    }
  }
  /// Why one of them does not work here; "" when all do.
  [[nodiscard]] const std::string& why_not() const { return why_not_; }
  void take_row() {
    recorder_.begin_row(0);
    for (const auto& collector : collectors_) collector->sample(recorder_);
    recorder_.end_row(0);
    if (recorder_.rows() >= kKeptRows) (void)recorder_.split_rows();  // As a recording does.
  }

 private:
  static constexpr std::size_t kKeptRows = 2000;
  std::vector<std::unique_ptr<Collector>> collectors_;
  Recorder recorder_;
  std::string why_not_;
};

void sample(benchmark::State& state, const std::vector<std::pair<std::string, CollectorOptions>>& wanted) {
  Open open(wanted);
  if (!open.why_not().empty()) {
    state.SkipWithError(open.why_not().c_str());
    return;
  }
  for (auto _ : state) open.take_row();
}

/// Every collector that is registered. They are when main() begins, and not surely before.
void register_collectors() {
  for (const std::string& name : CollectorRegistry::instance().names())
    benchmark::RegisterBenchmark(("sample/" + name).c_str(), [name](benchmark::State& state) {
      sample(state, {{name, {}}});
    })->Unit(benchmark::kMicrosecond);
}

/// The numbers of the first lines of /proc/interrupts that have one.
std::string first_irqs(std::size_t count) {
  InterruptsTable table;
  table.update(read_file("/proc/interrupts").value_or(""));
  std::vector<std::string> out;
  for (const InterruptsRow& row : table.rows())
    if (row.is_numbered() && out.size() < count) out.push_back(row.name);
  return join(out, ",");
}

void sample_four_lines(benchmark::State& state) { sample(state, {{"interrupts", {{"irqs", first_irqs(4)}}}}); }
BENCHMARK(sample_four_lines)->Unit(benchmark::kMicrosecond);

void sample_together(benchmark::State& state) {
  sample(state, {{"interrupts", {}}, {"softirqs", {}}, {"cpu", {}}, {"netdev", {}}});
}
BENCHMARK(sample_together)->Unit(benchmark::kMicrosecond);

class BareFile {
 public:
  explicit BareFile(const char* path) : fd_(::open(path, O_RDONLY | O_CLOEXEC)), buffer_(std::size_t{1} << 20U) {}
  void read() {
    off_t at = 0;
    for (ssize_t got = 1; got > 0; at += got)
      got = ::pread(fd_.get(), buffer_.data() + at, buffer_.size() - static_cast<std::size_t>(at), at);
  }

 private:
  Fd fd_;
  std::vector<char> buffer_;
};

void bare_pread(benchmark::State& state, const char* path) {
  BareFile file(path);
  for (auto _ : state) file.read();
}
BENCHMARK_CAPTURE(bare_pread, interrupts, "/proc/interrupts")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(bare_pread, softirqs, "/proc/softirqs")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(bare_pread, stat, "/proc/stat")->Unit(benchmark::kMicrosecond);

/// One dump of the devices' 64-bit counters, thrown away.
class BareLinkStats {
 public:
  BareLinkStats() : socket_(NetlinkSocket::open(NETLINK_ROUTE).value()) {
    request_.filter_mask = 1U << (IFLA_STATS_LINK_64 - 1U);
  }
  void read() {
    (void)socket_.dump(RTM_GETSTATS, std::as_bytes(std::span(&request_, 1)), [](const nlmsghdr&) {});
  }

 private:
  NetlinkSocket socket_;
  if_stats_msg request_{};
};

void bare_link_stats(benchmark::State& state) {
  BareLinkStats links;
  for (auto _ : state) links.read();
}
BENCHMARK(bare_link_stats)->Unit(benchmark::kMicrosecond);

/// What sample_together asks the kernel for, and nothing else.
void bare_together(benchmark::State& state) {
  BareFile interrupts("/proc/interrupts");
  BareFile softirqs("/proc/softirqs");
  BareFile stat("/proc/stat");
  BareLinkStats links;
  for (auto _ : state) {
    interrupts.read();
    softirqs.read();
    stat.read();
    links.read();
  }
}
BENCHMARK(bare_together)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sriov

/// Of all benchmarks of this program, in place of the library's own.
int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  sriov::register_collectors();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
