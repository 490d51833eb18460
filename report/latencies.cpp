#include "report/latencies.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/time.h"
#include "report/condition.h"

namespace sriov {
namespace {

/// By condition, then by level.
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

Latencies ordered(const std::string& condition, const std::map<std::string, Histogram>& by_level,
                  const std::vector<std::string>& levels) {
  Latencies out{condition, {}, kNsPerUs, "µs"};
  for (const std::string& level : levels)
    if (const auto found = by_level.find(level); found != by_level.end()) out.levels.emplace_back(*found);
  for (const auto& one : by_level)
    if (std::ranges::find(levels, one.first) == levels.end()) out.levels.emplace_back(one);
  for (const auto& [level, latency] : by_level)
    if (static_cast<double>(latency.quantile(0.5)) >= kNsPerMs) {
      out.divisor = kNsPerMs;
      out.unit = "ms";
    }
  return out;
}

}  // namespace

double latency_at(const Histogram& latencies, double share, double divisor) {
  return static_cast<double>(std::max<std::int64_t>(latencies.quantile(share), 1)) / divisor;
}

Result<std::vector<Latencies>> merged_latencies(OpenRuns& runs, const FigureChoice& choice) {
  SRIOV_ASSIGN(const Comparison* comparison, runs.comparison(choice.factor, choice.baseline));
  const ComparisonTable& table = comparison->tables.front();
  Merged merged;
  SRIOV_ASSIGN(const auto* trials, runs.placed(table.factor));
  for (const StoredTrial& trial : *trials) add_trial(trial.record(), table.factor, merged);
  if (merged.empty())
    return fail("no trial measured latencies", {}, "request/response workloads (tcp_rr, udp_rr) do",
                ErrorKind::not_enough_data);
  std::vector<Latencies> out;
  for (const auto& [condition, levels] : merged)
    if (has_levels(parse_condition(condition), parse_condition(choice.condition)))
      out.push_back(ordered(condition, levels, table.levels));
  if (out.empty())
    return fail_usage(fmt::format("no trial with latencies has the condition '{}'", choice.condition), "--condition");
  return out;
}

}  // namespace sriov
