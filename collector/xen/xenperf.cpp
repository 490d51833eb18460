// Xen's own performance counters: VM exits, exceptions, hypercalls, scheduler, shadow paging, of the whole machine.
#include <array>
#include <limits>
#include <optional>

#include "collector/collector.h"
#include "collector/xen/exit_reasons.h"
#include "collector/xen/xen_perfc.h"
#include "core/keyed_lines.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr std::string_view kSource = "libxenctrl xc_perfc_query (XEN_SYSCTL_perfc_op)";

enum MetricIndex : std::size_t {
  kEvents,
  kVmExits,
  kExceptions,
  kHypercalls,
  kInterruptVectors,
  kElements,
  kLevel,
  kMetricCount
};

constexpr std::array<Metric, kMetricCount> kMetrics{{
    {"xenperf.events", "count", MetricKind::counter, "counter",
     "Events that Xen counted on all physical CPUs, by the counter's name in `xenperf`: page faults, scheduler runs, "
     "context switches, IPIs, shadow_fault…",
     kSource},
    {"xenperf.vmexits", "exits", MetricKind::counter, "reason",
     "VM exits of all domains by reason, with SVM's or VT-x's names.", kSource},
    {"xenperf.exceptions", "count", MetricKind::counter, "vector", "Exceptions that Xen handled, by vector.", kSource},
    {"xenperf.hypercalls", "count", MetricKind::counter, "hypercall", "Hypercalls of all domains, by name.", kSource},
    {"xenperf.interrupt_vectors", "interrupts", MetricKind::counter, "vector",
     "Exits for an external interrupt by its vector, the first 32 only (VT-x; Xen's \"cause vector\").", kSource},
    {"xenperf.elements", "count", MetricKind::counter, "counter,element",
     "Counters with an array of values whose elements have no name here.", kSource},
    {"xenperf.level", "count", MetricKind::gauge, "counter", "Counters that go down, too: shadow pages in use.",
     kSource},
}};

class XenPerf : public Collector {
 public:
  std::string_view name() const override { return "xenperf"; }
  std::string_view help() const override {
    return "In dom0: Xen's own performance counters (exits, exceptions, hypercalls, scheduler, shadow paging), where "
           "the "
           "hypervisor was built with them.";
  }
  CollectorScope scope() const override { return CollectorScope::machine; }
  std::span<const Metric> metrics() const override { return kMetrics; }

  Result<void> probe(const Host& host) const override {
    SRIOV_TRY(XenPerfc::open(host));
    return {};
  }

  Result<void> open(const Host& host, const CollectorOptions&, Recorder& recorder) override {
    codes_ = exit_codes_of(keyed_value(read_file(host.proc + "/cpuinfo").value_or(""), "vendor_id"));
    SRIOV_ASSIGN(auto perfc, XenPerfc::open(host));
    perfc_.emplace(std::move(perfc));
    SRIOV_ASSIGN(const auto reading, perfc_->read());
    if (!totals_.update(reading.descriptions, reading.values)) return fail("Xen's performance counters do not add up");
    record_columns(recorder);
    return {};
  }

  void sample(Recorder& recorder) override {
    const auto reading = perfc_->read();
    if (!reading || !totals_.update(reading->descriptions, reading->values)) return;
    record_columns(recorder);
    for (std::size_t i = 0; i < columns_.size(); ++i)
      for (std::size_t k = 0; k < columns_[i].size(); ++k)
        if (columns_[i][k] != kNone) recorder.set(columns_[i][k], totals_.counters()[i].totals[k]);
  }

 private:
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  /// Columns of counters that have counted something: most of the several hundred never do.
  void record_columns(Recorder& recorder) {
    const auto& counters = totals_.counters();
    if (columns_.size() != counters.size()) columns_.assign(counters.size(), {});
    for (std::size_t i = 0; i < counters.size(); ++i) {
      if (columns_[i].size() != counters[i].totals.size()) columns_[i].assign(counters[i].totals.size(), kNone);
      for (std::size_t k = 0; k < counters[i].totals.size(); ++k)
        if (columns_[i][k] == kNone && counters[i].totals[k] != 0) columns_[i][k] = column_of(counters[i], k, recorder);
    }
  }

  std::size_t column_of(const PerfCounter& counter, std::size_t element, Recorder& recorder) const {
    if (counter.is_level) return recorder.column(kMetrics[kLevel], {{"counter", counter.name}});
    if (!counter.is_array) return recorder.column(kMetrics[kEvents], {{"counter", counter.name}});
    if (counter.name == "vmexits") return recorder.column(kMetrics[kVmExits], {{"reason", exit_name(codes_, element)}});
    if (counter.name == "hypercalls")
      return recorder.column(kMetrics[kHypercalls], {{"hypercall", hypercall_name(element)}});
    const std::string number = std::to_string(element);
    if (counter.name == "exceptions") return recorder.column(kMetrics[kExceptions], {{"vector", number}});
    if (counter.name == "cause vector") return recorder.column(kMetrics[kInterruptVectors], {{"vector", number}});
    return recorder.column(kMetrics[kElements], {{"counter", counter.name}, {"element", number}});
  }

  ExitCodes codes_ = ExitCodes::vmx;
  std::optional<XenPerfc> perfc_;
  PerfTotals totals_;
  std::vector<std::vector<std::size_t>> columns_;  ///< By counter and total; kNone before it counted anything.
};

const Registration<Collector, XenPerf> registration{"xenperf"};

}  // namespace
}  // namespace sriov
