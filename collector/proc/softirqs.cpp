// Soft interrupts: the deferred half of interrupt work, NET_RX above all.
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "collector/collector.h"
#include "collector/proc/softirqs_text.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr std::array<Metric, 1> kMetrics{{
    {"softirqs.count", "count", MetricKind::counter, "kind,cpu",
     "Soft interrupts that a CPU ran, by kind (NET_RX, NET_TX, TIMER, …); columns are possible CPUs, so those of CPUs "
     "that are offline stand still. 32 bits wide in the kernel.",
     "/proc/softirqs"},
}};

class Softirqs : public Collector {
 public:
  std::string_view name() const override { return "softirqs"; }
  std::string_view help() const override { return "Soft interrupts per kind and CPU, from /proc/softirqs."; }
  CollectorScope scope() const override { return CollectorScope::machine; }
  std::span<const Metric> metrics() const override { return kMetrics; }

  Result<void> probe(const Host& host) const override {
    SRIOV_ASSIGN(const std::string text, read_file(host.proc + "/softirqs"));
    SoftirqTable table;
    parse_softirqs(text, table);
    if (table.counts.empty()) return fail_environment("no count in it", host.proc + "/softirqs");
    return {};
  }

  Result<void> open(const Host& host, const CollectorOptions&, Recorder& recorder) override {
    SRIOV_ASSIGN(auto file, KeptFile::open(host.proc + "/softirqs"));
    file_.emplace(std::move(file));
    SRIOV_ASSIGN(const std::string_view text, file_->read());
    parse_softirqs(text, table_);
    lay_out(recorder);
    return {};
  }

  void sample(Recorder& recorder) override {
    const auto text = file_->read();
    if (!text) return;
    parse_softirqs(*text, table_);
    if (table_.cpus != cpus_ || !std::equal(kinds_.begin(), kinds_.end(), table_.kinds.begin(), table_.kinds.end()))
      lay_out(recorder);
    for (std::size_t i = 0; i < table_.counts.size(); ++i)
      if (table_.counts[i] != kAbsent) recorder.set(columns_[i], table_.counts[i]);
  }

 private:
  void lay_out(Recorder& recorder) {
    cpus_ = table_.cpus;
    kinds_.assign(table_.kinds.begin(), table_.kinds.end());
    columns_.clear();
    for (const std::string& kind : kinds_)
      for (const std::int64_t cpu : cpus_)
        columns_.push_back(recorder.column(kMetrics[0], {{"kind", kind}, {"cpu", std::to_string(cpu)}}));
  }

  std::optional<KeptFile> file_;
  SoftirqTable table_;
  std::vector<std::int64_t> cpus_;
  std::vector<std::string> kinds_;
  std::vector<std::size_t> columns_;  ///< As SoftirqTable::counts.
};

const Registration<Collector, Softirqs> registration{"softirqs"};

}  // namespace
}  // namespace sriov
