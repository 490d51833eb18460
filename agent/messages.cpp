#include "agent/messages.h"

#include <utility>

#include "workloads/option.h"

namespace sriov::agent {
namespace {

using Int64List = capnp::List<std::int64_t>;
constexpr std::uint64_t kWordsPerSeries = 64;  // Names, labels and pointers of one series, generously.

void write_numbers(const std::vector<std::int64_t>& numbers, Int64List::Builder out) {
  for (std::size_t i = 0; i < numbers.size(); ++i) out.set(static_cast<unsigned>(i), numbers[i]);
}

std::vector<std::int64_t> read_numbers(Int64List::Reader in) {
  std::vector<std::int64_t> numbers(in.size());
  for (unsigned i = 0; i < in.size(); ++i) numbers[i] = in[i];
  return numbers;
}

unsigned size_of(const auto& container) { return static_cast<unsigned>(container.size()); }

void write_series(const Series& series, rpc::Series::Builder out) {
  out.setMetric(to_text(series.metric));
  out.setUnit(to_text(series.unit));
  out.setCounter(series.kind == MetricKind::counter);
  if (series.apart) out.setApart(to_text(*series.apart));
  auto labels = out.initLabels(size_of(series.labels));
  for (unsigned i = 0; i < labels.size(); ++i) {
    labels[i].setKey(to_text(series.labels[i].first));
    labels[i].setValue(to_text(series.labels[i].second));
  }
}

Series read_series(rpc::Series::Reader in) {
  Series series;
  series.metric = to_string(in.getMetric());
  series.unit = to_string(in.getUnit());
  series.kind = in.getCounter() ? MetricKind::counter : MetricKind::gauge;
  if (in.hasApart()) series.apart = to_string(in.getApart());
  for (const auto label : in.getLabels())
    series.labels.emplace_back(to_string(label.getKey()), to_string(label.getValue()));
  return series;
}

void write_block(const SampleBlock& block, rpc::SampleBlock::Builder out) {
  out.setCollector(to_text(block.collector));
  auto series = out.initSeries(size_of(block.series));
  for (unsigned i = 0; i < series.size(); ++i) write_series(block.series[i], series[i]);
  write_numbers(block.begin_ns, out.initBeginNs(size_of(block.begin_ns)));
  write_numbers(block.end_ns, out.initEndNs(size_of(block.end_ns)));
  auto columns = out.initColumns(size_of(block.columns));
  for (unsigned i = 0; i < columns.size(); ++i)
    write_numbers(block.columns[i], columns.init(i, size_of(block.columns[i])));
}

using MeasureList = capnp::List<rpc::Measure>;

void write_measures(const std::vector<Measure>& measures, MeasureList::Builder out) {
  for (unsigned i = 0; i < out.size(); ++i) {
    out[i].setName(to_text(measures[i].name));
    out[i].setUnit(to_text(measures[i].unit));
    out[i].setValue(measures[i].value);
  }
}

std::vector<Measure> read_measures(MeasureList::Reader in) {
  std::vector<Measure> measures;
  for (const auto measure : in)
    measures.push_back({to_string(measure.getName()), to_string(measure.getUnit()), measure.getValue()});
  return measures;
}

void write_interval(const WorkloadInterval& interval, rpc::WorkloadInterval::Builder out) {
  out.setBeginNs(interval.begin_ns);
  out.setEndNs(interval.end_ns);
  out.setIsWarmup(interval.is_warmup);
  write_measures(interval.measures, out.initMeasures(size_of(interval.measures)));
  if (!interval.latency_ns) return;
  const std::vector<std::int64_t>& words = interval.latency_ns->words();
  write_numbers(words, out.initLatency(size_of(words)));
}

Result<WorkloadInterval> read_interval(rpc::WorkloadInterval::Reader in) {
  WorkloadInterval interval{in.getBeginNs(), in.getEndNs(), in.getIsWarmup(), read_measures(in.getMeasures()), {}};
  if (in.getLatency().size() == 0) return interval;
  interval.latency_ns = PackedHistogram::from_words(read_numbers(in.getLatency()));
  if (!interval.latency_ns) return fail("the latency histogram of an interval is damaged");
  return interval;
}

/// The options of a spec that are not at their defaults.
std::vector<std::pair<std::string, std::string>> option_texts(const WorkloadSpec& spec) {
  static const WorkloadSpec kDefaults;
  std::vector<std::pair<std::string, std::string>> out(spec.own.begin(), spec.own.end());
  for (const WorkloadOption& option : shared_options())
    if (std::string text = option.get(spec); text != option.get(kDefaults))
      out.emplace_back(option.name, std::move(text));
  return out;
}

Result<SampleBlock> read_block(rpc::SampleBlock::Reader in, const std::string& endpoint) {
  SampleBlock block;
  block.endpoint = endpoint;
  block.collector = to_string(in.getCollector());
  for (const auto series : in.getSeries()) block.series.push_back(read_series(series));
  block.begin_ns = read_numbers(in.getBeginNs());
  block.end_ns = read_numbers(in.getEndNs());
  bool fits = block.begin_ns.size() == block.end_ns.size() && in.getColumns().size() == block.series.size();
  for (const auto column : in.getColumns()) {
    fits = fits && column.size() == block.begin_ns.size();
    if (fits) block.columns.push_back(read_numbers(column));
  }
  if (!fits) return fail("the samples of collector '" + block.collector + "' are damaged", endpoint);
  return block;
}

}  // namespace

void write_error(const Error& error, rpc::Failure::Builder out) {
  out.setWhat(to_text(error.what));
  out.setWhere(to_text(error.where));
  out.setHint(to_text(error.hint));
  out.setKind(static_cast<std::uint16_t>(error.kind));
}

Error read_error(rpc::Failure::Reader in) {
  Error error{to_string(in.getWhat()), to_string(in.getWhere()), to_string(in.getHint()), ErrorKind::failed};
  if (in.getKind() <= static_cast<std::uint16_t>(ErrorKind::interrupted))
    error.kind = static_cast<ErrorKind>(in.getKind());
  return error;
}

void write_command(const Command& command, capnp::List<capnp::Text>::Builder out) {
  for (unsigned i = 0; i < out.size(); ++i) out.set(i, to_text(command[i]));
}

Command read_command(capnp::List<capnp::Text>::Reader in) {
  Command command;
  for (const auto word : in) command.push_back(to_string(word));
  return command;
}

unsigned option_count(const OptionsByCollector& options) {
  std::size_t count = 0;
  for (const auto& [collector, values] : options) count += values.size();
  return static_cast<unsigned>(count);
}

void write_options(const OptionsByCollector& options, capnp::List<rpc::CollectorOption>::Builder out) {
  unsigned at = 0;
  for (const auto& [collector, values] : options) {
    for (const auto& [name, value] : values) {
      out[at].setCollector(to_text(collector));
      out[at].setName(to_text(name));
      out[at++].setValue(to_text(value));
    }
  }
}

OptionsByCollector read_options(capnp::List<rpc::CollectorOption>::Reader in) {
  OptionsByCollector options;
  for (const auto one : in)
    options[to_string(one.getCollector())][to_string(one.getName())] = to_string(one.getValue());
  return options;
}

void write_spec(const WorkloadSpec& spec, rpc::WorkloadSpec::Builder out) {
  out.setWorkload(to_text(spec.workload));
  out.setAddress(to_text(spec.address));
  out.setPort(spec.port);
  out.setBindAddress(to_text(spec.bind_address));
  out.setWarmupNs(spec.warmup_ns);
  out.setDurationNs(spec.duration_ns);
  out.setClockOffsetNs(spec.clock_offset_ns);
  out.setClockErrorNs(spec.clock_error_ns);
  const auto options = option_texts(spec);
  auto list = out.initOptions(size_of(options));
  for (unsigned i = 0; i < list.size(); ++i) {
    list[i].setKey(to_text(options[i].first));
    list[i].setValue(to_text(options[i].second));
  }
}

Result<WorkloadSpec> read_spec(rpc::WorkloadSpec::Reader in) {
  WorkloadSpec spec;
  spec.workload = to_string(in.getWorkload());
  spec.address = to_string(in.getAddress());
  spec.port = in.getPort();
  spec.bind_address = to_string(in.getBindAddress());
  spec.warmup_ns = in.getWarmupNs();
  spec.duration_ns = in.getDurationNs();
  spec.clock_offset_ns = in.getClockOffsetNs();
  spec.clock_error_ns = in.getClockErrorNs();
  for (const auto option : in.getOptions())
    SRIOV_TRY(set_workload_option(spec, to_string(option.getKey()), to_string(option.getValue())));
  return spec;
}

void write_report(const WorkloadReport& report, rpc::WorkloadReport::Builder out) {
  out.setWindowBeginNs(report.window_begin_ns);
  out.setWindowEndNs(report.window_end_ns);
  write_measures(report.measures, out.initMeasures(size_of(report.measures)));
  if (report.latency_ns) {
    const std::vector<std::int64_t> words = report.latency_ns->encode();
    write_numbers(words, out.initLatency(size_of(words)));
  }
  out.setNote(to_text(report.note));
  auto intervals = out.initIntervals(size_of(report.intervals));
  for (unsigned i = 0; i < intervals.size(); ++i) write_interval(report.intervals[i], intervals[i]);
}

Result<WorkloadReport> read_report(rpc::WorkloadReport::Reader in) {
  WorkloadReport report;
  report.window_begin_ns = in.getWindowBeginNs();
  report.window_end_ns = in.getWindowEndNs();
  report.measures = read_measures(in.getMeasures());
  if (in.getLatency().size() > 0) {
    Histogram histogram;
    if (!histogram.decode(read_numbers(in.getLatency()))) return fail("the latency histogram of a report is damaged");
    report.latency_ns = std::move(histogram);
  }
  report.note = to_string(in.getNote());
  for (const auto interval : in.getIntervals()) {
    SRIOV_ASSIGN(WorkloadInterval read, read_interval(interval));
    report.intervals.push_back(std::move(read));
  }
  return report;
}

std::uint64_t words_of(const std::vector<SampleBlock>& blocks) {
  std::uint64_t words = kWordsPerSeries;
  for (const SampleBlock& block : blocks)
    words += kWordsPerSeries + (block.series.size() + 2) * (block.rows() + 1) + block.series.size() * kWordsPerSeries;
  return words;
}

void write_blocks(const std::vector<SampleBlock>& blocks, rpc::Blocks::Builder out) {
  auto list = out.initBlocks(size_of(blocks));
  for (unsigned i = 0; i < list.size(); ++i) write_block(blocks[i], list[i]);
}

Result<std::vector<SampleBlock>> read_blocks(rpc::Blocks::Reader in, const std::string& endpoint) {
  std::vector<SampleBlock> blocks;
  for (const auto wire_block : in.getBlocks()) {
    SRIOV_ASSIGN(SampleBlock block, read_block(wire_block, endpoint));
    blocks.push_back(std::move(block));
  }
  return blocks;
}

}  // namespace sriov::agent
