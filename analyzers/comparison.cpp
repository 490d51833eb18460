#include "analyzers/comparison.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analyzers/micro_metrics.h"
#include "analyzers/verdicts.h"
#include "core/text.h"

namespace sriov {
namespace {

/// The numbers of one trial and where it belongs.
struct Measured {
  int repetition = 0;
  std::vector<TrialMetric> metrics;
};

struct Level {
  std::vector<Measured> valid;
  std::size_t left_out = 0;
};
using Condition = std::map<std::string, Level>;  // By level of the compared factor.

/// Paths in the order in which people think of them; other levels by size where they are sizes, else by name.
bool comes_before(const std::string& a, const std::string& b) {
  static constexpr std::array<std::string_view, 7> kPaths{"vf",     "vf-netns",    "netfront", "emulated",
                                                          "native", "veth-bridge", "veth"};
  const auto rank = [](const std::string& level) { return std::find(kPaths.begin(), kPaths.end(), level); };
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  const auto size_a = parse_bytes(a);
  const auto size_b = parse_bytes(b);
  if (size_a && size_b && *size_a != *size_b) return *size_a < *size_b;
  return a < b;
}

bool has_level(const ComparisonTable& table, std::string_view level) {
  return std::find(table.levels.begin(), table.levels.end(), level) != table.levels.end();
}

/// What others are measured against unless the user says: the usual path of guests, the place with the least between it
/// and the hardware.
std::string default_baseline(const ComparisonTable& table) {
  if (table.factor != kMicroFactor) return has_level(table, "netfront") ? "netfront" : table.levels[1];
  for (const char* level : {"bare-metal", "bare", "host", "dom0"})
    if (has_level(table, level)) return level;
  return table.levels[0];
}

void choose_sides(ComparisonTable& table, const std::string& wanted) {
  if (table.levels.size() < 2) return;
  table.baseline = has_level(table, wanted) ? wanted : default_baseline(table);
  table.compared = table.levels[0] == table.baseline ? table.levels[1] : table.levels[0];
  if (table.factor != kMicroFactor) return;
  for (const std::string& level : table.levels)
    if (level.starts_with("guest") && level != table.baseline) {
      table.compared = level;
      return;
    }
}

const TrialMetric* find_metric(const Measured& trial, const std::string& name) {
  for (const TrialMetric& metric : trial.metrics)
    if (metric.name == name) return &metric;
  return nullptr;
}

/// All metrics of all trials, each once, every one placed after the one it follows in its own trial.
std::vector<ComparisonRow> collect_rows(const Condition& condition) {
  std::vector<ComparisonRow> rows;
  for (const auto& [name, level] : condition) {
    for (const Measured& trial : level.valid) {
      std::size_t place = 0;
      for (const TrialMetric& metric : trial.metrics) {
        const auto found =
            std::find_if(rows.begin(), rows.end(), [&](const ComparisonRow& row) { return row.metric == metric.name; });
        if (found != rows.end()) {
          place = static_cast<std::size_t>(found - rows.begin()) + 1;
          continue;
        }
        rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(place),
                    {metric.name, metric.unit, metric.label, {}, {}, 0});
        ++place;
      }
    }
  }
  return rows;
}

ComparisonCell summarize_cell(const Level& level, const std::string& name) {
  ComparisonCell cell;
  std::vector<double> values;
  for (const Measured& trial : level.valid) {
    const TrialMetric* metric = find_metric(trial, name);
    if (metric == nullptr) continue;
    if (metric->value)
      values.push_back(*metric->value);
    else if (cell.why.empty())
      cell.why = metric->why;
  }
  if (!values.empty()) {
    cell.summary = summarize(values);
    cell.why.clear();
  } else if (cell.why.empty()) {
    cell.why = level.valid.empty() ? std::string("no valid trial") : std::string(kDoesNotApply);
  }
  return cell;
}

void add_ratio(ComparisonRow& row, const Level& compared, const Level& baseline) {
  std::vector<double> a;
  std::vector<double> b;
  for (const Measured& trial : compared.valid) {
    const auto partner = std::find_if(baseline.valid.begin(), baseline.valid.end(),
                                      [&](const Measured& other) { return other.repetition == trial.repetition; });
    if (partner == baseline.valid.end()) continue;
    const TrialMetric* mine = find_metric(trial, row.metric);
    const TrialMetric* theirs = find_metric(*partner, row.metric);
    if (mine == nullptr || theirs == nullptr || !mine->value || !theirs->value) continue;
    a.push_back(*mine->value);
    b.push_back(*theirs->value);
  }
  row.pairs = a.size();
  row.ratio = paired_ratio(a, b);
}

ComparisonTable make_table(const std::string& name, const ComparisonChoice& choice, const Condition& condition,
                           bool emulated) {
  ComparisonTable table;
  table.condition = name;
  table.factor = choice.factor;
  for (const auto& [level, trials] : condition) table.levels.push_back(level);
  std::sort(table.levels.begin(), table.levels.end(), comes_before);
  choose_sides(table, choice.baseline);
  for (const std::string& level : table.levels) {
    table.valid_trials.push_back(condition.at(level).valid.size());
    table.left_out.push_back(condition.at(level).left_out);
  }
  table.rows = collect_rows(condition);
  for (ComparisonRow& row : table.rows) {
    for (const std::string& level : table.levels) row.cells.push_back(summarize_cell(condition.at(level), row.metric));
    if (!table.compared.empty()) add_ratio(row, condition.at(table.compared), condition.at(table.baseline));
  }
  table.verdicts = verdicts(table, emulated);
  return table;
}

/// A trial and the run it is of.
struct StoredTrial {
  TrialSummary summary;
  const Store* store = nullptr;

  [[nodiscard]] TrialRecord& record() { return summary.record; }
  [[nodiscard]] const TrialRecord& record() const { return summary.record; }
};

std::vector<std::string> factors_of(const std::vector<StoredTrial>& trials) {
  std::set<std::string> names;
  for (const StoredTrial& trial : trials)
    for (const auto& [factor, level] : trial.record().planned.cell) names.insert(factor);
  return {names.begin(), names.end()};
}

/// The trials that count, of one run after the other, and what is known of the runs as a whole.
Result<std::vector<StoredTrial>> gather(std::span<const Store> stores, RunInfo& run) {
  std::vector<StoredTrial> trials;
  for (const Store& store : stores) {
    SRIOV_ASSIGN(const RunInfo info, store.info());
    if (info.is_recording())
      return fail("it is a recording beside a workload, not an experiment: there are no levels to compare",
                  store.directory(), "sriov-bench show sums it up, export has its samples", ErrorKind::not_enough_data);
    if (&store == &stores.front()) {
      run = info;
    } else {
      run.name += ", " + info.name;
      if (run.testbed != info.testbed) run.testbed += ", " + info.testbed;
      if (run.accelerator.empty()) run.accelerator = info.accelerator;
      run.emulated = run.emulated || info.emulated;
      run.planned_trials += info.planned_trials;
    }
    SRIOV_ASSIGN(std::vector<TrialSummary> all, store.trials());
    for (TrialSummary& trial : latest_attempts(std::move(all))) trials.push_back({std::move(trial), &store});
  }
  return trials;
}

/// Each of its trials would count twice.
Result<void> check_different(std::span<const Store> stores) {
  std::set<std::filesystem::path> seen;
  std::error_code ignored;
  for (const Store& store : stores)
    if (!seen.insert(std::filesystem::canonical(store.directory(), ignored)).second)
      return fail_usage("this run is given twice", store.directory());
  return {};
}

/// The last part of a run's directory, or the whole when another run has the same.
std::string run_name(const Store& store, std::span<const Store> stores) {
  const auto last = [](const Store& one) {
    const std::filesystem::path path = (std::filesystem::path(one.directory()) / "").lexically_normal().parent_path();
    return path.filename().string();
  };
  const auto same =
      std::count_if(stores.begin(), stores.end(), [&](const Store& one) { return last(one) == last(store); });
  return same == 1 ? last(store) : store.directory();
}

/// What is called alike in several runs is not the same thing: it was measured at another time, maybe elsewhere.
void tell_runs_apart(std::span<const Store> stores, const std::string& factor, std::vector<StoredTrial>& trials) {
  std::map<std::string, std::set<const Store*>> owners;
  for (StoredTrial& trial : trials) owners[trial.record().planned.cell[factor]].insert(trial.store);
  for (StoredTrial& trial : trials) {
    std::string& level = trial.record().planned.cell[factor];
    if (owners[level].size() > 1) level += "@" + run_name(*trial.store, stores);
  }
}

/// Completes and checks what the user chose.
Result<ComparisonChoice> settle(ComparisonChoice choice, const std::vector<StoredTrial>& trials,
                                const std::string& where) {
  const std::vector<std::string> factors = factors_of(trials);
  const auto has = [&](const std::string& name) {
    return std::find(factors.begin(), factors.end(), name) != factors.end();
  };
  if (choice.factor.empty()) choice.factor = !has("path") && factors.size() == 1 ? factors.front() : "path";
  if (has(choice.factor)) return choice;
  const std::string near = nearest(choice.factor, factors);
  return fail_usage(fmt::format("the run has no factor '{}'", choice.factor), where,
                    near.empty() ? "it has " + join(factors, ", ") : fmt::format("did you mean '{}'?", near));
}

Result<void> check_baseline(const ComparisonChoice& choice, const std::vector<StoredTrial>& trials) {
  std::set<std::string> levels;
  for (const StoredTrial& trial : trials)
    if (const auto found = trial.record().planned.cell.find(choice.factor); found != trial.record().planned.cell.end())
      levels.insert(found->second);
  if (choice.baseline.empty() || levels.contains(choice.baseline)) return {};
  const std::vector<std::string> names(levels.begin(), levels.end());
  return fail_usage(fmt::format("{} has no level '{}'", choice.factor, choice.baseline), "--baseline",
                    "it has " + join(names, ", "));
}

void add_run_caveats(const Comparison& comparison, std::size_t done, std::vector<std::string>& out) {
  const RunInfo& run = comparison.run;
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

void add_peer_caveat(const Comparison& comparison, std::vector<std::string>& out) {
  const auto& tables = comparison.tables;
  const bool has_peer = std::any_of(tables.begin(), tables.end(), [](const ComparisonTable& table) {
    return table.row("cpu_percent.peer") != nullptr;
  });
  if (comparison.run.emulated && has_peer)
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

Result<std::map<std::string, Condition>> measure_all(std::vector<StoredTrial>& trials, const std::string& factor) {
  std::map<std::string, Condition> conditions;
  for (StoredTrial& trial : trials) {
    TrialRecord& record = trial.record();
    Cell others = record.planned.cell;
    const std::string level = others[factor];
    others.erase(factor);
    Level& place = conditions[to_string(others)][level];
    if (record.status != TrialStatus::ok) {
      ++place.left_out;
      continue;
    }
    SRIOV_ASSIGN(record.blocks, trial.store->blocks(trial.summary.id));
    place.valid.push_back({record.planned.repetition, trial_metrics(record)});
    record.blocks.clear();
  }
  return conditions;
}

}  // namespace

const ComparisonRow* ComparisonTable::row(const std::string& metric) const {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const ComparisonRow& r) { return r.metric == metric; });
  return found == rows.end() ? nullptr : &*found;
}

std::size_t ComparisonTable::index_of(const std::string& level) const {
  return static_cast<std::size_t>(std::find(levels.begin(), levels.end(), level) - levels.begin());
}

Result<Comparison> compare(std::span<const Store> stores, const ComparisonChoice& wanted) {
  SRIOV_TRY(check_different(stores));
  Comparison comparison;
  SRIOV_ASSIGN(std::vector<StoredTrial> trials, gather(stores, comparison.run));
  const std::string where = stores.empty() ? "" : stores.front().directory();
  if (trials.empty())
    return fail("no trial was finished, so there is nothing to compare", where, "continue the run with --resume",
                ErrorKind::not_enough_data);
  SRIOV_ASSIGN(const ComparisonChoice choice, settle(wanted, trials, where));
  if (stores.size() > 1) tell_runs_apart(stores, choice.factor, trials);
  SRIOV_TRY(check_baseline(choice, trials));
  SRIOV_ASSIGN(const auto conditions, measure_all(trials, choice.factor));
  add_run_caveats(comparison, trials.size(), comparison.caveats);
  if (stores.size() > 1)
    comparison.caveats.emplace_back(
        "Of several runs: repetitions are paired by their numbers, so what drifted between the runs is in the ratios.");
  add_left_out(trials, comparison.caveats);
  for (const Store& store : stores) SRIOV_TRY(add_changes(store, comparison.caveats));
  const bool any_valid = std::any_of(trials.begin(), trials.end(),
                                     [](const StoredTrial& trial) { return trial.record().status == TrialStatus::ok; });
  if (!any_valid)
    return fail("no trial is valid, so there is nothing to compare: " + join(comparison.caveats, " "), where, "",
                ErrorKind::not_enough_data);
  for (const auto& [name, condition] : conditions)
    comparison.tables.push_back(make_table(name, choice, condition, comparison.run.emulated));
  add_xen_caveat(comparison.tables, comparison.caveats);
  add_peer_caveat(comparison, comparison.caveats);
  add_sampling_caveats(comparison.tables, comparison.caveats);
  add_trace_caveats(comparison.tables, comparison.caveats);
  add_rate_caveats(comparison.tables, comparison.caveats);
  return comparison;
}

Result<Comparison> compare(const Store& store, const std::string& factor) { return compare({&store, 1}, {factor, ""}); }

}  // namespace sriov
