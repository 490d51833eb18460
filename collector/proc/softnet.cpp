// What the kernel's receive path did on each CPU: packets, drops of a full backlog, polls cut short.
#include <array>
#include <map>
#include <optional>
#include <string>

#include "collector/collector.h"
#include "collector/proc/softnet_text.h"
#include "core/cpu_list.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr std::string_view kSource = "/proc/net/softnet_stat";
constexpr std::array<Metric, kSoftnetFieldCount> kMetrics{{
    {"softnet.processed", "packets", MetricKind::counter, "cpu",
     "Packets the CPU took off receive queues and backlog (after GRO a merged packet is one), in all network "
     "namespaces.",
     kSource},
    {"softnet.dropped", "packets", MetricKind::counter, "cpu", "Packets dropped because the CPU's backlog was full.",
     kSource},
    {"softnet.time_squeeze", "count", MetricKind::counter, "cpu",
     "Times the receive soft interrupt ended with work left, its budget or time used up.", kSource},
    {"softnet.received_rps", "count", MetricKind::counter, "cpu",
     "Times the CPU was woken by another to process packets (receive packet steering).", kSource},
    {"softnet.flow_limit", "packets", MetricKind::counter, "cpu", "Packets dropped by the flow limit.", kSource},
    {"softnet.backlog", "packets", MetricKind::gauge, "cpu", "Packets that wait in the CPU's backlog.", kSource},
}};

class Softnet : public Collector {
 public:
  std::string_view name() const override { return "softnet"; }
  std::string_view help() const override {
    return "The kernel's receive path per CPU: packets, backlog drops, time squeezes, from /proc/net/softnet_stat.";
  }
  CollectorScope scope() const override { return CollectorScope::machine; }
  std::span<const Metric> metrics() const override { return kMetrics; }

  Result<void> probe(const Host& host) const override {
    SRIOV_ASSIGN(const std::string text, read_file(path(host)));
    std::vector<SoftnetRow> rows;
    parse_softnet(text, rows);
    if (rows.empty()) return fail_environment("no row of numbers in it", path(host));
    return {};
  }

  Result<void> open(const Host& host, const CollectorOptions&, Recorder& recorder) override {
    online_path_ = host.sys + "/devices/system/cpu/online";
    SRIOV_ASSIGN(auto file, KeptFile::open(path(host)));
    file_.emplace(std::move(file));
    SRIOV_ASSIGN(const std::string_view text, file_->read());
    parse_softnet(text, rows_);
    for (std::size_t i = 0; i < rows_.size(); ++i) (void)columns_of(i, recorder);
    return {};
  }

  void sample(Recorder& recorder) override {
    const auto text = file_->read();
    if (!text) return;
    parse_softnet(*text, rows_);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const Columns* columns = columns_of(i, recorder);
      for (std::size_t field = 0; columns != nullptr && field < kSoftnetFieldCount; ++field)
        if (rows_[i].values[field] != kAbsent) recorder.set((*columns)[field], rows_[i].values[field]);
    }
  }

 private:
  using Columns = std::array<std::size_t, kSoftnetFieldCount>;

  static std::string path(const Host& host) { return host.proc + "/net/softnet_stat"; }

  /// The row's CPU: it says so, or it is that of the same place among those online. kAbsent when neither is known.
  std::int64_t cpu_of(std::size_t row) {
    if (rows_[row].cpu != kAbsent) return rows_[row].cpu;
    if (online_.size() != rows_.size()) online_ = parse_cpu_list(read_file(online_path_).value_or(""));
    return online_.size() == rows_.size() ? online_[row] : kAbsent;
  }

  const Columns* columns_of(std::size_t row, Recorder& recorder) {
    const std::int64_t cpu = cpu_of(row);
    if (cpu == kAbsent) return nullptr;
    const auto known = columns_.find(cpu);
    if (known != columns_.end()) return &known->second;
    Columns& columns = columns_[cpu];
    for (std::size_t field = 0; field < kSoftnetFieldCount; ++field)
      columns[field] = recorder.column(kMetrics[field], {{"cpu", std::to_string(cpu)}});
    return &columns;
  }

  std::string online_path_;
  std::optional<KeptFile> file_;
  std::vector<SoftnetRow> rows_;
  std::vector<std::int64_t> online_;
  std::map<std::int64_t, Columns> columns_;
};

const Registration<Collector, Softnet> registration{"softnet"};

}  // namespace
}  // namespace sriov
