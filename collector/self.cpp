// What measuring costs: the sampling thread's own CPU time, lateness and misses.
#include <unistd.h>

#include <array>
#include <optional>

#include "collector/collector.h"
#include "collector/sampler.h"
#include "collector/text_scan.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr std::array<Metric, 5> kMetrics{{
    {"self.cpu_time", "ns", MetricKind::counter, "", "CPU time (user and system) of the sampling thread.",
     "clock_gettime(CLOCK_THREAD_CPUTIME_ID)"},
    {"self.lateness", "ns", MetricKind::gauge, "",
     "How long after its deadline the row began; 0 for the first and the last row, which have no deadline.",
     "clock_gettime(CLOCK_MONOTONIC)"},
    {"self.missed_deadlines", "count", MetricKind::counter, "",
     "Sampling deadlines that were skipped because the rows before took too long or the thread did not run.",
     "the sampler"},
    {"self.row_time", "ns", MetricKind::gauge, "", "How long the previous row took, all collectors together.",
     "clock_gettime(CLOCK_MONOTONIC)"},
    {"self.rss_bytes", "bytes", MetricKind::gauge, "", "Resident memory of the process that samples.",
     "/proc/self/statm"},
}};

class Self : public Collector {
 public:
  std::string_view name() const override { return "self"; }
  std::string_view help() const override {
    return "What sampling itself costs: CPU time, lateness, missed deadlines, memory.";
  }
  CollectorScope scope() const override { return CollectorScope::agent; }
  std::span<const Metric> metrics() const override { return kMetrics; }
  Result<void> probe(const Host&) const override { return {}; }

  Result<void> open(const Host& host, const CollectorOptions&, Recorder& recorder) override {
    for (std::size_t i = 0; i < kMetrics.size(); ++i) columns_[i] = recorder.column(kMetrics[i], {});
    if (auto file = KeptFile::open(host.proc + "/self/statm")) statm_.emplace(std::move(*file));
    page_bytes_ = sysconf(_SC_PAGESIZE);
    return {};
  }

  void sample(Recorder& recorder) override {
    const SamplerHealth& health = sampler_health();
    recorder.set(columns_[0], health.cpu_ns);
    recorder.set(columns_[1], health.lateness_ns);
    recorder.set(columns_[2], health.missed_deadlines);
    // The first row has no row before it: how long that took is not known, rather than 0.
    if (health.row_ns > 0) recorder.set(columns_[3], health.row_ns);
    if (!statm_) return;
    const auto text = statm_->read();
    if (!text) return;
    TextScan scan(*text);
    if (scan.number() && scan.skip_blanks())
      if (const auto resident_pages = scan.number()) recorder.set(columns_[4], *resident_pages * page_bytes_);
  }

 private:
  std::array<std::size_t, kMetrics.size()> columns_{};
  std::optional<KeptFile> statm_;
  std::int64_t page_bytes_ = 4096;
};

const Registration<Collector, Self> registration{"self"};

}  // namespace
}  // namespace sriov
