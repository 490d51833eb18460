#include "report/csv/export_csv.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/compile.h>
#include <fmt/format.h>

#include "analyzers/metrics/trial_metrics.h"
#include "analyzers/recording/recording_summary.h"
#include "analyzers/trial/clock_alignment.h"
#include "analyzers/trial/counter.h"
#include "core/csv.h"
#include "core/time.h"

namespace sriov {
namespace {

constexpr std::size_t kFlushBytes = std::size_t{1} << 20U;
/// Labels with a column of their own; the others share `other_labels`.
constexpr std::array<std::string_view, 9> kLabelColumns{"device", "irq",  "cpu", "class", "domain",
                                                        "domid",  "mode", "vif", "action"};

/// Appends one field with the comma before the next.
void add_field(std::string& line, std::string_view field) {
  append_csv_field(line, field);
  line.push_back(',');
}

/// Collects output and hands it on in large parts.
class Buffer {
 public:
  explicit Buffer(const Sink& sink) : sink_(&sink) { bytes_.reserve(kFlushBytes + kFlushBytes / 4); }
  std::string& bytes() { return bytes_; }
  Result<void> flush_when_full() {
    if (bytes_.size() < kFlushBytes) return {};
    return flush();
  }
  Result<void> flush() {
    SRIOV_TRY((*sink_)(bytes_));
    bytes_.clear();
    return {};
  }

 private:
  const Sink* sink_;
  std::string bytes_;
};

/// path and workload first, then the other factors by name.
std::vector<std::string> factor_columns(const std::vector<TrialSummary>& trials) {
  std::set<std::string> others;
  for (const TrialSummary& trial : trials)
    for (const auto& [factor, level] : trial.record.planned.cell)
      if (factor != "path" && factor != "workload") others.insert(factor);
  std::vector<std::string> columns{"path", "workload"};
  columns.insert(columns.end(), others.begin(), others.end());
  return columns;
}

void add_header(std::string& out, const std::vector<std::string>& factors, std::string_view rest) {
  for (const char* name : {"run", "trial", "attempt", "status", "repetition"}) add_field(out, name);
  for (const std::string& factor : factors) add_field(out, factor);
  out.append(rest).append(kCsvLineEnd);
}

/// The fields that all lines of a trial begin with.
std::string trial_fields(const RunInfo& run, const TrialRecord& record, const std::vector<std::string>& factors) {
  std::string out;
  add_field(out, run.name);
  fmt::format_to(std::back_inserter(out), "{},{},{},{},", record.planned.index, record.attempt,
                 to_string(record.status), record.planned.repetition + 1);
  for (const std::string& factor : factors) {
    const auto level = record.planned.cell.find(factor);
    add_field(out, level == record.planned.cell.end() ? std::string_view() : std::string_view(level->second));
  }
  return out;
}

std::string series_fields(const SampleBlock& block, const Series& series) {
  std::string out;
  for (const std::string* field : {&block.endpoint, &block.collector, &series.metric, &series.unit})
    add_field(out, *field);
  add_field(out, to_string(series.kind));
  for (const std::string_view name : kLabelColumns) add_field(out, label(series.labels, name));
  std::string others;
  for (const auto& [name, value] : series.labels) {
    if (std::find(kLabelColumns.begin(), kLabelColumns.end(), name) != kLabelColumns.end()) continue;
    if (!others.empty()) others += ';';
    others.append(name).append("=").append(value);
  }
  add_field(out, others);
  return out;
}

/// "1.250000,": an endpoint's instant in seconds since the trial began, on the controller's clock.
std::string time_field(const TrialRecord& record, const ClockAlignment& clocks, const std::string& endpoint,
                       std::int64_t instant_ns) {
  const auto aligned = clocks.to_controller(endpoint, instant_ns);
  if (!aligned) return ",";
  return fmt::format("{:.6f},", static_cast<double>(*aligned - record.begin_ns) / kNsPerSecond);
}

/// "1.250000," per row: seconds since the trial began on the controller's clock; empty when clocks cannot be aligned.
std::vector<std::string> time_fields(const TrialRecord& record, const ClockAlignment& clocks,
                                     const SampleBlock& block) {
  std::vector<std::string> out;
  out.reserve(block.rows());
  for (const std::int64_t instant : row_instants(block))
    out.push_back(time_field(record, clocks, block.endpoint, instant));
  return out;
}

Result<void> add_block(const std::string& prefix, std::string_view suffix, const std::vector<std::string>& times,
                       const SampleBlock& block, Buffer& buffer) {
  for (std::size_t i = 0; i < block.series.size(); ++i) {
    const std::string fields = prefix + series_fields(block, block.series[i]);
    std::string& out = buffer.bytes();
    for (std::size_t row = 0; row < block.rows(); ++row) {
      const std::int64_t value = block.columns[i][row];
      out.append(fields).append(times[row]);
      if (value != kAbsent) fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}"), value);
      out.append(suffix);
    }
    SRIOV_TRY(buffer.flush_when_full());
  }
  return {};
}

std::string emulated_suffix(const RunInfo& run) {
  return fmt::format(",{}{}", run.emulated ? "true" : "false", kCsvLineEnd);
}

std::string interval_fields(const TrialRecord& record, const EndpointReport& report, const ClockAlignment& clocks,
                            const WorkloadInterval& interval) {
  std::string out;
  add_field(out, report.endpoint);
  fmt::format_to(std::back_inserter(out), "{},{},", report.lane, report.is_server ? "server" : "client");
  out.append(time_field(record, clocks, report.endpoint, interval.begin_ns));
  out.append(time_field(record, clocks, report.endpoint, interval.end_ns));
  add_field(out, interval.is_warmup ? "warmup" : "window");
  return out;
}

/// The counts, and what stands for the histogram.
std::vector<Measure> interval_measures(const WorkloadInterval& interval) {
  constexpr std::array<std::pair<const char*, double>, 4> kQuantiles{
      {{"latency_p50_us", 0.5}, {"latency_p90_us", 0.9}, {"latency_p99_us", 0.99}, {"latency_p999_us", 0.999}}};
  std::vector<Measure> out = interval.measures;
  if (!interval.latency_ns) return out;
  const Histogram latency = interval.latency_ns->unpack();
  for (const auto& [name, quantile] : kQuantiles)
    out.push_back({name, "us", static_cast<double>(latency.quantile(quantile)) / 1e3});
  out.push_back({"latency_max_us", "us", static_cast<double>(latency.max()) / 1e3});
  return out;
}

void add_measure(std::string& out, const std::string& fields, const Measure& measure, std::string_view suffix) {
  out.append(fields);
  add_field(out, measure.name);
  add_field(out, measure.unit);
  fmt::format_to(std::back_inserter(out), "{}", measure.value);
  out.append(suffix);
}

/// The numbers of a recording, by the same names as its samples: "netdev.rx_bytes.dom0{device=eth0}".
Result<std::vector<TrialMetric>> recorded_metrics(const Store& store, std::int64_t trial_id) {
  SRIOV_ASSIGN(const RecordingSummary summary, summarize_recording(store, trial_id));
  std::vector<TrialMetric> out;
  for (const RecordedMetric& metric : summary.metrics) {
    const std::string group = metric.group.empty() ? "" : "{" + to_string(metric.group) + "}";
    const bool counter = metric.kind == MetricKind::counter;
    out.push_back({metric.metric + "." + metric.endpoint + group, metric.unit + (counter ? "/s" : ""), "", metric.value,
                   metric.resets == 0 ? "" : fmt::format("{} resets left out", metric.resets)});
  }
  return out;
}

Result<std::vector<TrialMetric>> metrics_of(const Store& store, const RunInfo& run, TrialSummary& trial) {
  if (run.is_recording()) return recorded_metrics(store, trial.id);
  SRIOV_ASSIGN(trial.record.blocks, store.blocks(trial.id));
  std::vector<TrialMetric> metrics = trial_metrics(trial.record);
  trial.record.blocks.clear();
  return metrics;
}

/// Appends the names that are new, each after the one that it follows in its trial.
void add_names(const std::vector<TrialMetric>& metrics, std::vector<std::string>& names) {
  auto place = names.begin();
  for (const TrialMetric& metric : metrics) {
    auto found = std::find(names.begin(), names.end(), metric.name);
    if (found == names.end()) found = names.insert(place, metric.name);
    place = found + 1;
  }
}

void add_wide_values(const std::vector<TrialMetric>& metrics, const std::vector<std::string>& names, std::string& out) {
  for (const std::string& name : names) {
    const auto found =
        std::find_if(metrics.begin(), metrics.end(), [&](const TrialMetric& metric) { return metric.name == name; });
    if (found != metrics.end() && found->value) fmt::format_to(std::back_inserter(out), "{}", *found->value);
    out.push_back(',');
  }
}

}  // namespace

Result<void> export_samples_csv(const Store& store, const Sink& sink) {
  SRIOV_ASSIGN(const RunInfo run, store.info());
  SRIOV_ASSIGN(const auto trials, store.trials());
  const auto factors = factor_columns(trials);
  const std::string suffix = emulated_suffix(run);
  Buffer buffer(sink);
  add_header(
      buffer.bytes(), factors,
      "endpoint,collector,metric,unit,kind,device,irq,cpu,class,domain,domid,mode,vif,action,other_labels,time_s,"
      "value,emulated");
  for (const TrialSummary& trial : trials) {
    const ClockAlignment clocks(trial.record.clocks);
    const std::string prefix = trial_fields(run, trial.record, factors);
    SRIOV_TRY(store.visit_blocks(trial.id, [&](const SampleBlock& block) {
      return add_block(prefix, suffix, time_fields(trial.record, clocks, block), block, buffer);
    }));
  }
  return buffer.flush();
}

Result<void> export_intervals_csv(const Store& store, const Sink& sink) {
  SRIOV_ASSIGN(const RunInfo run, store.info());
  SRIOV_ASSIGN(const auto trials, store.trials());
  const auto factors = factor_columns(trials);
  const std::string suffix = emulated_suffix(run);
  Buffer buffer(sink);
  add_header(buffer.bytes(), factors, "endpoint,lane,side,begin_s,end_s,phase,metric,unit,value,emulated");
  for (const TrialSummary& trial : trials) {
    const ClockAlignment clocks(trial.record.clocks);
    const std::string prefix = trial_fields(run, trial.record, factors);
    SRIOV_ASSIGN(const auto intervals, store.intervals(trial.id));
    for (std::size_t i = 0; i < std::min(intervals.size(), trial.record.reports.size()); ++i) {
      const EndpointReport& report = trial.record.reports[i];
      for (const WorkloadInterval& interval : intervals[i]) {
        const std::string fields = prefix + interval_fields(trial.record, report, clocks, interval);
        for (const Measure& measure : interval_measures(interval)) add_measure(buffer.bytes(), fields, measure, suffix);
        SRIOV_TRY(buffer.flush_when_full());
      }
    }
  }
  return buffer.flush();
}

Result<void> export_summary_csv(const Store& store, const Sink& sink) {
  SRIOV_ASSIGN(const RunInfo run, store.info());
  SRIOV_ASSIGN(auto trials, store.trials());
  const auto factors = factor_columns(trials);
  const std::string suffix = emulated_suffix(run);
  Buffer buffer(sink);
  add_header(buffer.bytes(), factors, "metric,unit,value,why,emulated");
  for (TrialSummary& trial : trials) {
    SRIOV_ASSIGN(const std::vector<TrialMetric> metrics, metrics_of(store, run, trial));
    const std::string prefix = trial_fields(run, trial.record, factors);
    for (const TrialMetric& metric : metrics) {
      std::string& out = buffer.bytes();
      out.append(prefix);
      add_field(out, metric.name);
      add_field(out, metric.unit);
      add_field(out, metric.value ? fmt::format("{}", *metric.value) : std::string());
      add_field(out, metric.why);
      out.pop_back();  // The suffix begins with the comma.
      out.append(suffix);
    }
    SRIOV_TRY(buffer.flush_when_full());
  }
  return buffer.flush();
}

Result<void> export_wide_csv(const Store& store, const Sink& sink) {
  SRIOV_ASSIGN(const RunInfo run, store.info());
  SRIOV_ASSIGN(auto trials, store.trials());
  const auto factors = factor_columns(trials);
  std::vector<std::vector<TrialMetric>> measured;
  std::vector<std::string> names;
  for (TrialSummary& trial : trials) {
    SRIOV_ASSIGN(std::vector<TrialMetric> metrics, metrics_of(store, run, trial));
    add_names(metrics, names);
    measured.push_back(std::move(metrics));
  }
  Buffer buffer(sink);
  std::string columns;
  for (const std::string& name : names) add_field(columns, name);
  add_header(buffer.bytes(), factors, columns + "emulated");
  for (std::size_t i = 0; i < trials.size(); ++i) {
    std::string& out = buffer.bytes();
    out.append(trial_fields(run, trials[i].record, factors));
    add_wide_values(measured[i], names, out);
    out.append(run.emulated ? "true" : "false").append(kCsvLineEnd);
    SRIOV_TRY(buffer.flush_when_full());
  }
  return buffer.flush();
}

}  // namespace sriov
