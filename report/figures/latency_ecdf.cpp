// How round-trip times are distributed: the share of them that was no longer than x.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "report/condition.h"
#include "report/figure.h"

namespace sriov {
namespace {

constexpr int kSteps = 500;  // Of the curve: finer than a printed column shows.
constexpr double kNsPerUs = 1e3;
constexpr double kNsPerMs = 1e6;

/// The stored histograms, merged: by condition, then by level.
using Merged = std::map<std::string, std::map<std::string, Histogram>>;

void add_trial(const TrialRecord& record, const std::string& factor, Merged& merged) {
  if (record.status != TrialStatus::ok) return;
  Cell others = record.planned.cell;
  const std::string level = others[factor];
  others.erase(factor);
  for (const EndpointReport& entry : record.reports)
    if (entry.report.latency_ns && entry.report.latency_ns->count() > 0)
      merged[to_string(others)][level].merge(*entry.report.latency_ns);
}

FigureSeries curve(const std::string& name, const Histogram& latency, double divisor) {
  FigureSeries series{name, {}};
  for (int step = 0; step <= kSteps; ++step) {
    const double share = static_cast<double>(step) / kSteps;
    const double time = static_cast<double>(std::max<std::int64_t>(latency.quantile(share), 1)) / divisor;
    if (!series.points.empty() && series.points.back().x == time)
      series.points.back().y = share;
    else
      series.points.push_back({time, share, {}, false});
  }
  return series;
}

Result<const std::map<std::string, Histogram>*> choose(const Merged& merged, const std::string& condition,
                                                       std::string& chosen) {
  if (merged.empty())
    return fail("no trial measured latencies", {}, "request/response workloads (tcp_rr, udp_rr) do",
                ErrorKind::not_enough_data);
  for (const auto& [name, levels] : merged)
    if (has_levels(parse_condition(name), parse_condition(condition))) {
      chosen = name;
      return &levels;
    }
  return fail_usage(fmt::format("no trial with latencies has the condition '{}'", condition), "--condition");
}

double longest_median(const std::map<std::string, Histogram>& levels) {
  double longest_ns = 0;
  for (const auto& [level, latency] : levels)
    longest_ns = std::max(longest_ns, static_cast<double>(latency.quantile(0.5)));
  return longest_ns;
}

class LatencyEcdf : public FigureSource {
 public:
  [[nodiscard]] std::string description() const override {
    return "cumulative distribution of round-trip times, by level (log time)";
  }
  [[nodiscard]] Result<FigureData> prepare(OpenRuns& runs, const FigureChoice& choice) const override {
    SRIOV_ASSIGN(const Comparison* comparison, runs.comparison(choice.factor, choice.baseline));
    const ComparisonTable& table = comparison->tables.front();
    Merged merged;
    SRIOV_ASSIGN(const auto* trials, runs.placed(table.factor));
    for (const StoredTrial& trial : *trials) add_trial(trial.record(), table.factor, merged);
    std::string condition;
    SRIOV_ASSIGN(const auto* levels, choose(merged, choice.condition, condition));
    FigureData data;
    data.title = "Round-trip times" + (condition.empty() ? "" : ", " + condition);
    data.note = "All round trips of the valid trials together, from the stored histograms (relative error 1/1024).";
    const double divisor = longest_median(*levels) >= kNsPerMs ? kNsPerMs : kNsPerUs;
    data.x = {"Round-trip time", divisor == kNsPerMs ? "ms" : "µs", true};
    data.y = {"Share of round trips", "", false};
    for (const std::string& level : table.levels)
      if (const auto found = levels->find(level); found != levels->end())
        data.series.push_back(curve(level, found->second, divisor));
    for (const auto& [level, latency] : *levels)
      if (std::ranges::find(table.levels, level) == table.levels.end())
        data.series.push_back(curve(level, latency, divisor));
    return data;
  }
};

const FigureSourceRegistration<LatencyEcdf> registration{"latency-ecdf"};

}  // namespace
}  // namespace sriov
