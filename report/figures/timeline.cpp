// A rate over the time of a trial: one repetition of each level.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "analyzers/trial/clock_alignment.h"
#include "analyzers/trial/counter.h"
#include "core/format_number.h"
#include "core/text.h"
#include "core/time.h"
#include "report/condition.h"
#include "report/figure.h"

namespace sriov {
namespace {

constexpr std::size_t kMostSteps = 200;  // More than a column of print can show.
constexpr double kBitsPerByte = 8;

/// A counter's column with its instants on the controller's clock.
struct Column {
  std::vector<std::int64_t> instants;
  std::vector<std::int64_t> values;
};

/// One curve of a trial: counters that are summed.
struct Counters {
  std::vector<Column> columns;
  std::string unit;
};
using CountersByGroup = std::map<std::string, Counters>;  ///< "mode=user"; "" where all may be summed.

bool is_wanted(const TrialRecord& record, const std::string& metric, const SampleBlock& block, const Series& series) {
  if (!metric.empty()) return series.metric == metric;
  for (const Lane& lane : record.setup.lanes)
    for (const Carrier& carrier : lane.carriers)
      if (carrier.must_carry && carrier.endpoint == lane.server_endpoint && carrier.endpoint == block.endpoint &&
          carrier.metric == series.metric && carrier.device == label(series.labels, "device"))
        return true;
  return false;
}

/// Counters only; an endpoint whose clock was not compared has no place on the time axis. Bytes that verified the path
/// are one curve; of a metric that was asked for, as many as may not be summed.
CountersByGroup counters_of(const TrialRecord& record, const std::string& metric, const std::string& endpoint) {
  const ClockAlignment clocks(record.clocks);
  CountersByGroup out;
  for (const SampleBlock& block : record.blocks) {
    if (!endpoint.empty() && block.endpoint != endpoint) continue;
    std::vector<std::int64_t> instants;
    for (const std::int64_t instant : row_instants(block))
      if (const auto aligned = clocks.to_controller(block.endpoint, instant)) instants.push_back(*aligned);
    if (instants.size() != block.rows() || instants.size() < 2) continue;
    for (std::size_t i = 0; i < block.series.size(); ++i) {
      const Series& series = block.series[i];
      if (series.kind != MetricKind::counter || !is_wanted(record, metric, block, series)) continue;
      Counters& counters = out[metric.empty() ? "" : to_string(sum_group(series))];
      counters.columns.push_back({instants, block.columns[i]});
      counters.unit = series.unit;
    }
  }
  return out;
}

/// The rate between neighbouring instants of the first column, summed over all; a step that one of them does not
/// cover is left out, so that a sum is never too low.
std::vector<FigurePoint> rates(const Counters& counters, std::int64_t begin_ns) {
  std::vector<FigurePoint> points;
  const std::vector<std::int64_t>& grid = counters.columns.front().instants;
  const std::size_t stride = std::max<std::size_t>(1, grid.size() / kMostSteps);
  for (std::size_t i = stride; i < grid.size(); i += stride) {
    const std::int64_t from = grid[i - stride];
    const std::int64_t to = grid[i];
    double sum = 0;
    bool known = to > from;
    for (const Column& column : counters.columns) {
      const CounterIncrease rise = counter_increase(column.instants, column.values, from, to, true);
      if (rise.status == CounterIncrease::Status::known)
        sum += rise.value;
      else if (rise.status != CounterIncrease::Status::never_present)
        known = false;
    }
    if (!known) continue;
    const double middle_s =
        (static_cast<double>(from - begin_ns) + static_cast<double>(to - begin_ns)) / 2 / kNsPerSecond;
    points.push_back({middle_s, sum * kNsPerSecond / static_cast<double>(to - from), {}, false});
  }
  return points;
}

/// A curve for each group that moved, or for all if none did.
void add_curves(const std::string& level, const CountersByGroup& groups, std::int64_t begin_ns, FigureData& data) {
  std::vector<FigureSeries> curves;
  for (const auto& [group, counters] : groups)
    curves.push_back({group.empty() ? level : level + ", " + group, rates(counters, begin_ns)});
  const auto moved = [](const FigureSeries& curve) {
    return std::ranges::any_of(curve.points, [](const FigurePoint& point) { return point.y != 0; });
  };
  const bool any = std::ranges::any_of(curves, moved);
  for (FigureSeries& curve : curves)
    if (!any || moved(curve)) data.series.push_back(std::move(curve));
}

/// "netdev.rx_bytes@guest1": a metric of one endpoint only.
std::pair<std::string, std::string> metric_and_endpoint(const std::string& text) {
  const std::size_t at = text.find('@');
  if (at == std::string::npos) return {text, ""};
  return {text.substr(0, at), text.substr(at + 1)};
}

/// Bytes are shown as bits, and ns of CPU time as percent of a CPU.
DisplayUnit rate_unit(const std::string& unit, double largest) {
  if (unit == "bytes") {
    DisplayUnit out = display_unit("bit/s", largest * kBitsPerByte);
    out.divisor /= kBitsPerByte;
    return out;
  }
  if (unit == "ns") return {1e7, "%"};
  return display_unit(unit == "count" ? "1/s" : unit + "/s", largest);
}

void scale(FigureData& data, const std::string& unit) {
  double largest = 0;
  for (const FigureSeries& series : data.series)
    for (const FigurePoint& point : series.points) largest = std::max(largest, point.y);
  const DisplayUnit shown = rate_unit(unit, largest);
  for (FigureSeries& series : data.series)
    for (FigurePoint& point : series.points) point.y /= shown.divisor;
  data.y.unit = shown.text;
}

class Timeline : public FigureSource {
 public:
  [[nodiscard]] std::string description() const override {
    return "a sampled counter's rate over a trial's time, by level (--metric NAME or NAME@ENDPOINT)";
  }
  [[nodiscard]] Result<FigureData> prepare(OpenRuns& runs, const FigureChoice& choice) const override {
    SRIOV_ASSIGN(const Comparison* comparison, runs.comparison(choice.factor, choice.baseline));
    SRIOV_ASSIGN(const auto tables, tables_under(*comparison, choice.condition));
    const ComparisonTable& table = *tables.front();
    SRIOV_ASSIGN(const auto* trials, runs.placed(table.factor));
    const auto [metric, endpoint] = metric_and_endpoint(choice.metric);
    FigureData data;
    std::string unit;
    std::set<std::string> names;
    for (const std::string& level : table.levels) {
      Cell wanted = parse_condition(table.condition);
      wanted[table.factor] = level;
      SRIOV_TRY(add_level(*trials, wanted, level, {metric, endpoint}, data, unit, names));
    }
    if (data.series.empty()) return nothing(choice.metric, names);
    scale(data, unit);
    data.title = metric.empty() ? "Bytes through the guests' devices" : metric;
    if (!endpoint.empty()) data.title += " on " + endpoint;
    data.y.label = metric.empty() ? "Rate" : data.title;
    if (!table.condition.empty()) data.title += ", " + table.condition;
    data.x = {"Time since the trial began", "s", false};
    data.note = "The first valid repetition of each level; warm-up included.";
    return data;
  }

 private:
  static tl::unexpected<Error> nothing(const std::string& metric, const std::set<std::string>& names) {
    if (metric.empty())
      return fail("no device that carried the payload was sampled", {}, "the collector netdev does",
                  ErrorKind::not_enough_data);
    const std::vector<std::string> list(names.begin(), names.end());
    const std::string near = nearest(metric_and_endpoint(metric).first, list);
    return fail_usage(fmt::format("no counter '{}' was sampled", metric), "--metric",
                      near.empty() ? "there are " + join(list, ", ") : "did you mean " + near + "?");
  }

  static Result<void> add_level(const std::vector<StoredTrial>& trials, const Cell& wanted, const std::string& level,
                                const std::pair<std::string, std::string>& metric, FigureData& data, std::string& unit,
                                std::set<std::string>& names) {
    for (const StoredTrial& trial : trials) {
      if (trial.record().status != TrialStatus::ok || !has_levels(trial.record().planned.cell, wanted)) continue;
      TrialRecord record = trial.record();
      SRIOV_ASSIGN(record.blocks, trial.store->blocks(trial.summary.id));
      for (const SampleBlock& block : record.blocks)
        for (const Series& series : block.series)
          if (series.kind == MetricKind::counter) names.insert(series.metric);
      const CountersByGroup groups = counters_of(record, metric.first, metric.second);
      if (groups.empty()) continue;
      add_curves(level, groups, record.begin_ns, data);
      unit = groups.begin()->second.unit;
      return {};
    }
    return {};
  }
};

const FigureSourceRegistration<Timeline> registration{"timeline"};

}  // namespace
}  // namespace sriov
