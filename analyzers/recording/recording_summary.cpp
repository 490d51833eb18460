#include "analyzers/recording/recording_summary.h"

#include <algorithm>
#include <map>

#include "analyzers/trial/counter.h"
#include "core/histogram.h"
#include "core/time.h"

namespace sriov {
namespace {

constexpr std::size_t kMostBiggest = 3;

/// What is kept of one series between two of its blocks.
struct Track {
  Series series;
  std::int64_t last = kAbsent;
  double sum = 0;  ///< Counters: the rise; gauges: the sum of the readings.
  std::int64_t readings = 0;
  std::int64_t resets = 0;

  void add(std::int64_t value) {
    if (value == kAbsent) return;
    ++readings;
    if (series.kind == MetricKind::gauge) {
      sum += static_cast<double>(value);
    } else if (last != kAbsent) {
      const auto risen = counter_rise(last, value);
      if (risen)
        sum += static_cast<double>(*risen);
      else
        ++resets;
    }
    last = value;
  }
};

/// One collector on one endpoint.
struct Source {
  std::int64_t rows = 0;
  std::int64_t first_ns = 0;
  std::int64_t last_ns = 0;
  std::map<std::string, Track> tracks;

  [[nodiscard]] double seconds() const { return static_cast<double>(last_ns - first_ns) / kNsPerSecond; }
};

class Accumulator {
 public:
  void add(const SampleBlock& block) {
    if (block.rows() == 0) return;
    Source& source = sources_[{block.endpoint, block.collector}];
    if (source.rows == 0) source.first_ns = block.begin_ns.front();
    source.last_ns = block.begin_ns.back();
    source.rows += static_cast<std::int64_t>(block.rows());
    for (std::size_t i = 0; i < block.series.size(); ++i) {
      const Series& series = block.series[i];
      Track& track = source.tracks[series.metric + '\n' + to_string(series.labels)];
      if (track.series.metric.empty()) track.series = series;
      for (const std::int64_t value : block.columns[i]) track.add(value);
      if (series.metric == "self.lateness")
        for (const std::int64_t value : block.columns[i])
          if (value != kAbsent) lateness_[block.endpoint].record(value);
    }
  }

  RecordingSummary take() {
    RecordingSummary out;
    std::vector<SeriesRate> rates;
    for (auto& [key, source] : sources_) {
      add_health(key.first, source, out.endpoints);
      add_metrics(key.first, source, out.metrics);
      add_rates(key.first, source, rates);
    }
    out.ratios = recording_ratios(rates);
    return out;
  }

 private:
  /// All collectors of an endpoint are read in the same rows, so any of them tells how many there were.
  void add_health(const std::string& endpoint, const Source& source, std::vector<SamplingHealth>& out) {
    if (out.empty() || out.back().endpoint != endpoint) out.push_back({endpoint, {}, {}, {}, {}, {}, {}});
    SamplingHealth& health = out.back();
    health.rows = std::max(health.rows, source.rows);
    health.seconds = std::max(health.seconds, source.seconds());
    for (const auto& [key, track] : source.tracks)
      if (track.series.metric == "self.missed_deadlines")
        health.missed_deadlines = static_cast<std::int64_t>(track.sum);
    const auto late = lateness_.find(endpoint);
    if (late == lateness_.end()) return;
    health.lateness_p50_ns = late->second.quantile(0.5);
    health.lateness_p99_ns = late->second.quantile(0.99);
    health.lateness_max_ns = late->second.max();
  }

  /// Of counters, and of vf.present, which says who has VFs.
  static void add_rates(const std::string& endpoint, const Source& source, std::vector<SeriesRate>& out) {
    for (const auto& [key, track] : source.tracks) {
      const bool is_rate = track.series.kind == MetricKind::counter && track.readings > 1 && source.seconds() > 0;
      if (is_rate)
        out.push_back({endpoint, track.series.metric, track.series.labels, track.sum / source.seconds()});
      else if (track.series.metric == "vf.present" && track.readings > 0)
        out.push_back({endpoint, track.series.metric, track.series.labels, 0});
    }
  }

  static void add_metrics(const std::string& endpoint, const Source& source, std::vector<RecordedMetric>& out) {
    std::map<std::pair<std::string, Labels>, RecordedMetric> groups;
    for (const auto& [key, track] : source.tracks) {
      const Series& series = track.series;
      const bool counter = series.kind == MetricKind::counter;
      // A counter that was read once has no rise that could be known.
      if (track.readings < (counter ? 2 : 1) || (counter && source.seconds() <= 0)) continue;
      const double mean = track.sum / (counter ? source.seconds() : static_cast<double>(track.readings));
      Labels group = sum_group(series);
      RecordedMetric& metric = groups[{series.metric, group}];
      metric.endpoint = endpoint;
      metric.metric = series.metric;
      metric.unit = series.unit;
      metric.kind = series.kind;
      metric.group = std::move(group);
      metric.value = counter ? metric.value + mean : metric.series == 0 ? mean : std::max(metric.value, mean);
      metric.resets += track.resets;
      ++metric.series;
      metric.biggest.push_back({series.labels, mean});
    }
    std::vector<RecordedMetric> found;
    for (auto& [key, metric] : groups) {
      std::stable_sort(metric.biggest.begin(), metric.biggest.end(),
                       [](const SeriesMean& a, const SeriesMean& b) { return a.value > b.value; });
      if (metric.biggest.size() > kMostBiggest) metric.biggest.resize(kMostBiggest);
      found.push_back(std::move(metric));
    }
    std::stable_sort(found.begin(), found.end(), [](const RecordedMetric& a, const RecordedMetric& b) {
      return a.metric != b.metric ? a.metric < b.metric : a.value > b.value;
    });
    out.insert(out.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  }

  std::map<std::pair<std::string, std::string>, Source> sources_;  ///< By endpoint and collector.
  std::map<std::string, Histogram> lateness_;
};

}  // namespace

Result<RecordingSummary> summarize_recording(const Store& store, std::int64_t trial_id) {
  Accumulator accumulator;
  SRIOV_TRY(store.visit_blocks(trial_id, [&](const SampleBlock& block) -> Result<void> {
    accumulator.add(block);
    return {};
  }));
  RecordingSummary summary = accumulator.take();
  SRIOV_ASSIGN(const RunInfo run, store.info());
  summary.emulated = run.emulated;
  return summary;
}

}  // namespace sriov
