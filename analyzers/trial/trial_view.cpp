#include "analyzers/trial/trial_view.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "analyzers/trial/counter.h"
#include "core/time.h"

namespace sriov {
namespace {

constexpr double kPercent = 100;

using Status = CounterIncrease::Status;

}  // namespace

Quantity ratio_of(const Quantity& a, const Quantity& b, double scale, const std::string& zero) {
  if (!a.value) return a;
  if (!b.value) return b;
  if (*b.value == 0) return Quantity::absent(zero);
  return Quantity::of(*a.value / *b.value * scale);
}

TrialView::TrialView(const TrialRecord& trial)
    : trial_(&trial), clocks_(trial.clocks), window_(counted_window(trial, clocks_)) {
  std::set<std::string> names;
  for (const SampleBlock& block : trial.blocks) {
    names.insert(block.endpoint);
    times_.push_back(times_of(block));
  }
  for (const EndpointReport& report : trial.reports) names.insert(report.endpoint);
  for (const ClockOffset& clock : trial.clocks) names.insert(clock.endpoint);
  endpoints_.assign(names.begin(), names.end());
}

bool TrialView::has(const std::string& endpoint, std::string_view metric) const {
  for (const SampleBlock& block : trial_->blocks) {
    if (block.endpoint != endpoint) continue;
    for (const Series& series : block.series)
      if (series.metric == metric) return true;
  }
  return false;
}

bool TrialView::is_sampled_by_host(const std::string& endpoint, std::string_view metric) const {
  return !has(endpoint, metric) && has("host", metric);
}

std::vector<std::string> TrialView::label_values(const std::string& endpoint, std::string_view metric,
                                                 std::string_view label_name) const {
  std::set<std::string> values;
  for (const SampleBlock& block : trial_->blocks) {
    if (block.endpoint != endpoint) continue;
    for (const Series& series : block.series)
      if (series.metric == metric) values.emplace(label(series.labels, label_name));
  }
  return {values.begin(), values.end()};
}

TrialView::BlockTimes TrialView::times_of(const SampleBlock& block) {
  BlockTimes out;
  out.instants = row_instants(block);
  out.is_sorted = std::is_sorted(out.instants.begin(), out.instants.end());
  const auto has_value = [&block](std::size_t row) {
    return std::any_of(block.columns.begin(), block.columns.end(),
                       [row](const auto& column) { return column[row] != kAbsent; });
  };
  out.rows_with_values = out.instants.size();
  while (out.rows_with_values > 0 && !has_value(out.rows_with_values - 1)) --out.rows_with_values;
  return out;
}

namespace {

/// Whether the source of a whole block fell silent before `to`: rows go on, and none of its series has a value. A
/// series that ends alone (a destroyed domain) has ended; a collector that ends (its child died) no longer knows.
bool has_stopped(std::size_t rows, const std::vector<std::int64_t>& instants, std::int64_t to) {
  return rows > 0 && instants[rows - 1] < to && rows < instants.size();
}

}  // namespace

Quantity TrialView::sum(const std::string& endpoint, std::string_view metric, const LabelFilter& filter) const {
  if (!window_.why_absent.empty()) return Quantity::absent(window_.why_absent);
  const auto from = clocks_.from_controller(endpoint, window_.begin_ns);
  const auto to = clocks_.from_controller(endpoint, window_.end_ns);
  if (!from || !to) return Quantity::absent(fmt::format("the clock offset of {} was not taken", endpoint));
  if (clocks_.error_ns(endpoint).value_or(0) >= window_.end_ns - window_.begin_ns)
    return Quantity::absent(fmt::format("the clock of {} is less well known than the window is long", endpoint));
  double total = 0;
  bool found = false;
  for (std::size_t place = 0; place < trial_->blocks.size(); ++place) {
    const SampleBlock& block = trial_->blocks[place];
    if (block.endpoint != endpoint) continue;
    const std::vector<std::int64_t>& instants = times_[place].instants;
    for (std::size_t i = 0; i < block.series.size(); ++i) {
      const Series& series = block.series[i];
      if (series.metric != metric || !filter(series.labels)) continue;
      if (!times_[place].is_sorted)
        return Quantity::absent(fmt::format("the clock of {} went back while {} was sampled", endpoint, metric));
      if (instants.empty() || instants.front() > *from || instants.back() < *to)
        return Quantity::absent(fmt::format("the samples of {} on {} do not cover the workload", metric, endpoint));
      if (has_stopped(times_[place].rows_with_values, instants, *to))
        return Quantity::absent(
            fmt::format("collector {} on {} stopped during the workload", block.collector, endpoint));
      const CounterIncrease risen = counter_increase(instants, block.columns[i], *from, *to, true);
      if (risen.status == Status::reset)
        return Quantity::absent(
            fmt::format("{} of {} was reset during the workload ({})", metric, endpoint, to_string(series.labels)));
      if (risen.status != Status::known) continue;
      total += risen.value;
      found = true;
    }
  }
  if (!found) return Quantity::absent(fmt::format("{} was not sampled on {}", metric, endpoint));
  return Quantity::of(total);
}

std::vector<std::string> TrialView::gaps(const std::string& endpoint, std::string_view metric,
                                         const LabelFilter& filter, std::string_view member) const {
  const auto from = clocks_.from_controller(endpoint, window_.begin_ns);
  const auto to = clocks_.from_controller(endpoint, window_.end_ns);
  std::set<std::string> out;
  for (std::size_t place = 0; place < trial_->blocks.size(); ++place) {
    const SampleBlock& block = trial_->blocks[place];
    if (block.endpoint != endpoint) continue;
    std::map<std::string, std::vector<bool>> rows_of;  // By member: whether any series has a value in the row.
    for (std::size_t i = 0; i < block.series.size(); ++i) {
      if (block.series[i].metric != metric || !filter(block.series[i].labels)) continue;
      std::vector<bool>& rows = rows_of[std::string(label(block.series[i].labels, member))];
      rows.resize(block.rows());
      for (std::size_t row = 0; row < rows.size(); ++row) rows[row] = rows[row] || block.columns[i][row] != kAbsent;
    }
    if (rows_of.empty()) continue;
    const std::vector<std::int64_t>& instants = times_[place].instants;
    for (const auto& [name, rows] : rows_of)
      for (std::size_t row = 0; row < rows.size(); ++row)
        if (!rows[row] && (!from || !to || (instants[row] >= *from && instants[row] <= *to))) out.insert(name);
  }
  return {out.begin(), out.end()};
}

Quantity TrialView::rate(const std::string& endpoint, std::string_view metric, const LabelFilter& filter) const {
  Quantity total = sum(endpoint, metric, filter);
  if (total.value) *total.value /= static_cast<double>(window_.end_ns - window_.begin_ns) / kNsPerSecond;
  return total;
}

Quantity TrialView::percent(const std::string& endpoint, std::string_view metric, const LabelFilter& filter) const {
  Quantity per_second = rate(endpoint, metric, filter);
  if (per_second.value) *per_second.value *= kPercent / kNsPerSecond;
  return per_second;
}

}  // namespace sriov
