#include "analyzers/comparison/comparison_caveats.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analyzers/trial/environment_changes.h"
#include "core/text.h"

namespace sriov {
namespace {

/// Facts that are another at every run, or follow from what is compared.
bool is_incidental(const std::string& fact) {
  static constexpr std::array<std::string_view, 6> kIncidental{"time",   "pid",  "changes",
                                                               "uptime", "irqs", "memory_free"};
  // Devices that are made for a run have another address in each.
  return fact.ends_with(".mac") || std::any_of(kIncidental.begin(), kIncidental.end(),
                                               [&](std::string_view prefix) { return fact.starts_with(prefix); });
}

/// Of the first run against each of the others: a difference that was not meant explains more than one that was.
Result<void> add_environment_differences(std::span<const Store> stores, std::vector<std::string>& out) {
  constexpr std::size_t kMostListed = 12;
  if (stores.size() < 2) return {};
  SRIOV_ASSIGN(const auto first, stores.front().environments());
  for (const Store& other : stores.subspan(1)) {
    SRIOV_ASSIGN(const auto second, other.environments());
    std::vector<std::string> differences;
    for (const auto& [endpoint, facts] : first) {
      const auto same = second.find(endpoint);
      if (endpoint.empty() || same == second.end()) continue;
      for (const EnvironmentChange& change : environment_changes(facts, same->second))
        if (!is_incidental(change.fact)) differences.push_back(endpoint + " " + change.text());
    }
    if (differences.empty()) continue;
    const std::size_t more = differences.size() - std::min(differences.size(), kMostListed);
    differences.resize(differences.size() - more);
    out.push_back(fmt::format("Environments differ from {} to {}: {}{}.", stores.front().directory(), other.directory(),
                              join(differences, "; "), more == 0 ? "" : fmt::format("; and {} more", more)));
  }
  return {};
}

void add_run_caveats(const RunInfo& run, std::size_t done, std::vector<std::string>& out) {
  if (run.emulated)
    out.push_back(
        fmt::format("Emulated hardware{}: times and throughputs are context, not hardware results; verdicts "
                    "rest on counts only.",
                    run.accelerator.empty() ? "" : fmt::format(" (QEMU, {})", run.accelerator)));
  if (static_cast<int>(done) < run.planned_trials)
    out.push_back(fmt::format("The run is unfinished: {} of {} planned trials were done.", done, run.planned_trials));
}

/// What was another at the end of the run than at its beginning: trials may have been measured under either.
Result<void> add_changes(const Store& store, std::vector<std::string>& out) {
  SRIOV_ASSIGN(const auto environments, store.environments());
  for (const auto& [endpoint, text] : environments) {
    const auto facts = nlohmann::json::parse(text, nullptr, false);
    if (!facts.is_object() || !facts.contains("changes") || !facts["changes"].is_array()) continue;
    std::vector<std::string> changed;
    for (const auto& change : facts["changes"])
      if (change.is_object() && change.contains("fact") && change["fact"].is_string())
        changed.push_back(change["fact"].get<std::string>());
    if (!changed.empty())
      out.push_back(fmt::format("On {} changed during the run: {} (sriov-bench show tells from what to what).",
                                endpoint, join(changed, ", ")));
  }
  return {};
}

Result<void> add_versions(std::span<const Store> stores, std::vector<std::string>& out) {
  std::map<std::string, std::vector<std::string>> runs;
  for (const Store& store : stores) {
    SRIOV_ASSIGN(const RunInfo info, store.info());
    runs[info.tool_version.empty() ? "an unknown version" : info.tool_version].push_back(store.directory());
  }
  if (runs.size() < 2) return {};
  std::vector<std::string> parts;
  for (const auto& [version, directories] : runs)
    parts.push_back(fmt::format("{}: {}", version, join(directories, ", ")));
  out.push_back("Measured with different versions of sriov-bench, which may measure differently: " + join(parts, "; ") +
                ".");
  return {};
}

/// Fetching samples costs each endpoint a little, which then is in the difference between the runs.
Result<void> add_watched(std::span<const Store> stores, std::vector<std::string>& out) {
  std::vector<std::string> watched;
  for (const Store& store : stores) {
    SRIOV_ASSIGN(const auto events, store.events());
    if (std::ranges::any_of(events, [](const std::string& event) { return event.find(kLiveEvent) != event.npos; }))
      watched.push_back(store.directory());
  }
  if (watched.empty() || watched.size() == stores.size()) return {};
  out.push_back(
      fmt::format("Samples were fetched while trials ran (run --live) in {} and not in the other{}: what "
                  "that costs is in the difference (docs/performance.md).",
                  join(watched, ", "), stores.size() - watched.size() > 1 ? "s" : ""));
  return {};
}

void add_damage(std::span<const Store> stores, std::vector<std::string>& out) {
  for (const Store& store : stores)
    for (const std::string& what : store.damage())
      out.push_back(fmt::format("Damaged{}: {}. What rests on it is absent.",
                                stores.size() > 1 ? " in " + store.directory() : "", what));
}

void add_left_out(const std::vector<StoredTrial>& trials, std::vector<std::string>& out) {
  for (const StoredTrial& trial : trials) {
    const TrialRecord& record = trial.record();
    if (record.status == TrialStatus::ok) continue;
    out.push_back(fmt::format("Left out: trial {} ({}, repetition {}) is {}: {}.", record.planned.index,
                              to_string(record.planned.cell), record.planned.repetition + 1, to_string(record.status),
                              record.reason));
  }
}

void add_xen_caveat(const std::vector<ComparisonTable>& tables, std::vector<std::string>& out) {
  for (const ComparisonTable& table : tables) {
    if (table.row("cpu_percent.xen_all") == nullptr) continue;
    out.emplace_back(
        "CPU of domains is Xen's own accounting, 100 % being one physical CPU. What Xen does for a domain is charged "
        "to "
        "its running vCPU and is contained.");
    return;
  }
}

void add_peer_caveat(const RunInfo& run, const std::vector<ComparisonTable>& tables, std::vector<std::string>& out) {
  const bool has_peer = std::any_of(tables.begin(), tables.end(), [](const ComparisonTable& table) {
    return table.row("cpu_percent.peer") != nullptr;
  });
  if (run.emulated && has_peer)
    out.emplace_back("The peer is on the machine that emulates: CPU and interrupts of the peer contain the emulation.");
}

/// Sampling that costs more than this share of a core may have changed what it measured.
void add_sampling_caveats(const std::vector<ComparisonTable>& tables, std::vector<std::string>& out) {
  constexpr double kBarPercent = 1;
  std::map<std::string, double> worst;
  for (const ComparisonTable& table : tables)
    for (const ComparisonRow& row : table.rows)
      for (const ComparisonCell& cell : row.cells)
        if (row.metric.starts_with("sampling_cpu_percent.") && cell.summary)
          worst[row.label] = std::max(worst[row.label], cell.summary->mean);
  for (const auto& [label, percent] : worst)
    if (percent > kBarPercent)
      out.push_back(fmt::format("{} reached {:.1f} % of a core: more than the {:.0f} % that does not disturb.", label,
                                percent, kBarPercent));
}

/// Counts of a trace that lost records are too low, on the path that lost more the more so.
void add_trace_caveats(const std::vector<ComparisonTable>& tables, std::vector<std::string>& out) {
  std::map<std::string, double> worst;
  for (const ComparisonTable& table : tables)
    for (const ComparisonRow& row : table.rows)
      for (const ComparisonCell& cell : row.cells)
        if (row.metric.starts_with("sampling_lost_trace_percent.") && cell.summary)
          worst[row.label] = std::max(worst[row.label], cell.summary->mean);
  for (const auto& [label, percent] : worst)
    if (percent > 0)
      out.push_back(fmt::format("{} reached {:.2g} %: counts of exits and their cycles are too low by as much or more.",
                                label, percent));
}

/// Rows of one metric in several units are not compared with each other.
void add_unit_caveats(const std::vector<ComparisonTable>& tables, std::vector<std::string>& out) {
  std::map<std::string, std::set<std::string>> units;
  for (const ComparisonTable& table : tables)
    for (const ComparisonRow& row : table.rows) units[row.metric].insert(row.unit);
  for (const auto& [metric, names] : units)
    if (names.size() > 1)
      out.push_back(fmt::format("{} is in {} in some trials and in {} in others: these are not compared.", metric,
                                *names.begin(), *std::next(names.begin())));
}

/// What did not reach the load it was asked for is not measured under that load.
void add_rate_caveats(const std::vector<ComparisonTable>& tables, std::vector<std::string>& out) {
  constexpr double kReachedPercent = 99;
  for (const ComparisonTable& table : tables) {
    const ComparisonRow* row = table.row("rate_reached_percent");
    if (row == nullptr) continue;
    for (std::size_t i = 0; i < row->cells.size(); ++i) {
      const auto& summary = row->cells[i].summary;
      if (!summary || summary->mean >= kReachedPercent) continue;
      out.push_back(fmt::format(
          "{}={}{}{} reached {:.3g} % of the rate that was asked for: its figures are of the most "
          "that went, not of the load that was asked.",
          table.factor, table.levels[i], table.condition.empty() ? "" : ", ", table.condition, summary->mean));
    }
  }
}

}  // namespace

Result<std::vector<std::string>> caveats_of_runs(const RunInfo& run, std::span<const Store> stores,
                                                 const std::vector<StoredTrial>& trials) {
  std::vector<std::string> out;
  SRIOV_TRY(add_environment_differences(stores, out));
  SRIOV_TRY(add_versions(stores, out));
  SRIOV_TRY(add_watched(stores, out));
  add_run_caveats(run, trials.size(), out);
  if (stores.size() > 1)
    out.emplace_back(
        "Of several runs: levels of different runs are compared as independent samples, so what drifted between the "
        "runs "
        "is in the differences.");
  add_left_out(trials, out);
  for (const Store& store : stores) SRIOV_TRY(add_changes(store, out));
  add_damage(stores, out);
  return out;
}

std::vector<std::string> caveats_of_tables(const RunInfo& run, const std::vector<ComparisonTable>& tables) {
  std::vector<std::string> out;
  add_xen_caveat(tables, out);
  add_peer_caveat(run, tables, out);
  add_sampling_caveats(tables, out);
  add_trace_caveats(tables, out);
  add_rate_caveats(tables, out);
  add_unit_caveats(tables, out);
  return out;
}

}  // namespace sriov
