#include "report/latencies.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "report/condition.h"

namespace sriov {
namespace {

constexpr double kNsPerUs = 1e3;
constexpr double kNsPerMs = 1e6;

/// By condition, then by level.
using Merged = std::map<std::string, std::map<std::string, Histogram>>;

std::string last_part(const std::string& directory) {
  return (std::filesystem::path(directory) / "").lexically_normal().parent_path().filename().string();
}

/// As the comparison calls it: what several runs have is told apart by the name of the run.
std::string level_name(const ComparisonTable& table, const std::string& level, const std::string& directory) {
  const auto is_level = [&](const std::string& name) {
    return std::ranges::find(table.levels, name) != table.levels.end();
  };
  if (table.factor == kRunFactor) return is_level(last_part(directory)) ? last_part(directory) : directory;
  for (const std::string& run : {last_part(directory), directory})
    if (is_level(level + "@" + run)) return level + "@" + run;
  return level;
}

void add_trial(const TrialRecord& record, const ComparisonTable& table, const std::string& directory, Merged& merged) {
  if (record.status != TrialStatus::ok) return;
  Cell others = record.planned.cell;
  const std::string level = level_name(table, others[table.factor], directory);
  others.erase(table.factor);
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

Result<std::vector<Latencies>> merged_latencies(OpenRuns& runs, const FigureChoice& choice) {
  SRIOV_ASSIGN(const Comparison* comparison, runs.comparison(choice.factor, choice.baseline));
  const ComparisonTable& table = comparison->tables.front();
  Merged merged;
  for (const Store& store : runs.stores()) {
    SRIOV_ASSIGN(const auto* trials, runs.trials(store));
    for (const TrialSummary& trial : *trials) add_trial(trial.record, table, store.directory(), merged);
  }
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
