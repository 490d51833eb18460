// Where each CPU's time goes, as this kernel sees it.
#include <unistd.h>

#include <array>
#include <optional>

#include "collector/collector.h"
#include "collector/proc/proc_stat_text.h"
#include "core/time.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr std::array<Metric, 1> kMetrics{{
    {"cpu.time", "ns", MetricKind::counter, "cpu,mode",
     "Time a CPU spent in a mode (user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice); user "
     "contains guest and nice contains guest_nice. In a Xen domain these are virtual CPUs and steal is the time "
     "another domain had the physical one.",
     "/proc/stat"},
}};

class Cpu : public Collector {
 public:
  std::string_view name() const override { return "cpu"; }
  std::string_view help() const override { return "Time of every online CPU in every mode, from /proc/stat."; }
  CollectorScope scope() const override { return CollectorScope::machine; }
  std::span<const Metric> metrics() const override { return kMetrics; }

  Result<void> probe(const Host& host) const override {
    SRIOV_ASSIGN(const std::string text, read_file(host.proc + "/stat"));
    std::vector<CpuTicks> cpus;
    parse_proc_stat(text, cpus);
    if (cpus.empty()) return fail_environment("no per-CPU line in it", host.proc + "/stat");
    return {};
  }

  Result<void> open(const Host& host, const CollectorOptions&, Recorder& recorder) override {
    ns_per_tick_ = kNsPerSecond / sysconf(_SC_CLK_TCK);
    SRIOV_ASSIGN(auto file, KeptFile::open(host.proc + "/stat"));
    stat_.emplace(std::move(file));
    SRIOV_ASSIGN(const std::string_view text, stat_->read());
    parse_proc_stat(text, cpus_);
    for (const CpuTicks& row : cpus_) columns_of(row.cpu, recorder);
    return {};
  }

  void sample(Recorder& recorder) override {
    const auto text = stat_->read();
    if (!text) return;
    parse_proc_stat(*text, cpus_);
    for (const CpuTicks& row : cpus_) {
      const Columns& columns = columns_of(row.cpu, recorder);
      for (std::size_t mode = 0; mode < kCpuModes.size(); ++mode)
        if (row.ticks[mode] != kAbsent) recorder.set(columns[mode], row.ticks[mode] * ns_per_tick_);
    }
  }

 private:
  using Columns = std::array<std::size_t, kCpuModes.size()>;

  const Columns& columns_of(std::int64_t cpu, Recorder& recorder) {
    const auto index = static_cast<std::size_t>(cpu);
    if (index >= columns_.size()) columns_.resize(index + 1);
    if (columns_[index]) return *columns_[index];
    Columns& columns = columns_[index].emplace();
    for (std::size_t mode = 0; mode < kCpuModes.size(); ++mode)
      columns[mode] =
          recorder.column(kMetrics[0], {{"cpu", std::to_string(cpu)}, {"mode", std::string(kCpuModes[mode])}});
    return columns;
  }

  std::optional<KeptFile> stat_;
  std::vector<CpuTicks> cpus_;
  std::vector<std::optional<Columns>> columns_;
  std::int64_t ns_per_tick_ = 10 * kNsPerMs;
};

const Registration<Collector, Cpu> registration{"cpu"};

}  // namespace
}  // namespace sriov
