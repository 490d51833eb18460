#include "analyzers/comparison/comparison.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/format.h>

#include "analyzers/comparison/comparison_caveats.h"
#include "analyzers/comparison/comparison_rows.h"
#include "analyzers/comparison/verdicts.h"
#include "analyzers/metrics/micro_metrics.h"
#include "analyzers/metrics/trial_metrics.h"
#include "core/text.h"

namespace sriov {
namespace {

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
  if (table.factor == "path") return has_level(table, "netfront") ? "netfront" : table.levels[1];
  if (table.factor != kMicroFactor) return has_level(table, "netfront") ? "netfront" : table.levels[0];
  for (const char* level : {"bare-metal", "bare", "host", "dom0"})
    if (has_level(table, level)) return level;
  return table.levels[0];
}

void choose_sides(ComparisonTable& table, const std::string& wanted) {
  if (table.levels.size() < 2) return;
  table.baseline = has_level(table, wanted) ? wanted : default_baseline(table);
  table.compared = table.levels[0] == table.baseline ? table.levels.back() : table.levels[0];
  if (table.factor == "path" && table.levels[0] == table.baseline) table.compared = table.levels[1];
  if (table.factor != kMicroFactor) return;
  for (const std::string& level : table.levels)
    if (level.starts_with("guest") && level != table.baseline) {
      table.compared = level;
      return;
    }
}

/// Runs stand in the order in which they were given: the first is what others are against.
void sort_levels(std::vector<std::string>& levels, const std::vector<std::string>& runs, bool are_runs) {
  const auto place = [&](const std::string& run) { return std::find(runs.begin(), runs.end(), run); };
  std::sort(levels.begin(), levels.end(), [&](const std::string& a, const std::string& b) {
    return are_runs ? place(a) < place(b) : comes_before(a, b);
  });
}

ComparisonTable make_table(const std::string& name, const ComparisonChoice& choice, const Condition& condition,
                           const std::vector<std::string>& runs, bool emulated) {
  ComparisonTable table;
  table.condition = name;
  table.factor = choice.factor;
  for (const auto& [level, trials] : condition) table.levels.push_back(level);
  sort_levels(table.levels, runs, choice.factor == kRunFactor);
  choose_sides(table, choice.baseline);
  for (const std::string& level : table.levels) {
    table.valid_trials.push_back(condition.at(level).valid.size());
    table.left_out.push_back(condition.at(level).left_out);
  }
  table.rows = make_rows(condition, table, emulated);
  table.verdicts = verdicts(table, emulated);
  return table;
}

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

/// Whether every run has the same cells: then it is the runs that people compare.
bool have_same_cells(const std::vector<StoredTrial>& trials) {
  std::map<const Store*, std::set<std::string>> cells;
  for (const StoredTrial& trial : trials) cells[trial.store].insert(to_string(trial.record().planned.cell));
  return cells.size() > 1 && std::all_of(cells.begin(), cells.end(),
                                         [&](const auto& of_run) { return of_run.second == cells.begin()->second; });
}

/// The runs themselves as levels.
void add_run_factor(const std::vector<std::string>& runs, std::span<const Store> stores,
                    std::vector<StoredTrial>& trials) {
  for (StoredTrial& trial : trials)
    trial.record().planned.cell[std::string(kRunFactor)] = runs[static_cast<std::size_t>(trial.store - stores.data())];
}

std::vector<std::string> names_of(std::span<const Store> stores) {
  std::vector<std::string> runs;
  for (const Store& store : stores) runs.push_back(run_name(store, stores));
  return runs;
}

/// Gives trials the cells under which they are compared.
void place(std::span<const Store> stores, const std::string& factor, const std::vector<std::string>& runs,
           std::vector<StoredTrial>& trials) {
  if (factor == kRunFactor)
    add_run_factor(runs, stores, trials);
  else if (stores.size() > 1)
    tell_runs_apart(stores, factor, trials);
}

/// Runs that do not have the factor have no place in its tables.
Result<void> check_factor_of_all(const std::string& factor, const std::vector<StoredTrial>& trials) {
  std::map<const Store*, std::set<std::string>> factors;
  for (const StoredTrial& trial : trials) {
    factors[trial.store];
    for (const auto& [name, level] : trial.record().planned.cell) factors[trial.store].insert(name);
  }
  for (const auto& [store, names] : factors) {
    if (names.contains(factor)) continue;
    const std::vector<std::string> list(names.begin(), names.end());
    return fail_usage(
        fmt::format("this run has no factor '{}', so it cannot be set beside the others by it", factor),
        store->directory(),
        list.empty() ? "it has none" : "it has " + join(list, ", ") + "; --factor takes one that all have");
  }
  return {};
}

/// Completes and checks what the user chose.
Result<ComparisonChoice> settle(ComparisonChoice choice, const std::vector<StoredTrial>& trials,
                                const std::string& where) {
  const std::vector<std::string> factors = factors_of(trials);
  const auto has = [&](const std::string& name) {
    return std::find(factors.begin(), factors.end(), name) != factors.end();
  };
  if (choice.factor == kRunFactor) return choice;
  if (choice.factor.empty() && !has(std::string(kMicroFactor)) && have_same_cells(trials)) {
    choice.factor = kRunFactor;
    return choice;
  }
  if (choice.factor.empty()) choice.factor = !has("path") && factors.size() == 1 ? factors.front() : "path";
  if (has(choice.factor)) {
    SRIOV_TRY(check_factor_of_all(choice.factor, trials));
    return choice;
  }
  const std::string near = nearest(choice.factor, factors);
  return fail_usage(fmt::format("the run has no factor '{}'", choice.factor), where,
                    near.empty() ? "it has " + join(factors, ", ") : fmt::format("did you mean '{}'?", near));
}

std::string level_of(const StoredTrial& trial, const std::string& factor) {
  const Cell& cell = trial.record().planned.cell;
  const auto found = cell.find(factor);
  return found == cell.end() ? "" : found->second;
}

/// A usage error for a level that no trial has.
Result<void> check_level(const std::string& level, const char* option, const std::string& factor,
                         const std::vector<StoredTrial>& trials) {
  std::set<std::string> levels;
  for (const StoredTrial& trial : trials) levels.insert(level_of(trial, factor));
  levels.erase("");
  if (levels.contains(level)) return {};
  const std::vector<std::string> names(levels.begin(), levels.end());
  return fail_usage(fmt::format("{} has no level '{}'", factor, level), option, "it has " + join(names, ", "));
}

/// Leaves the levels that were asked for.
Result<void> choose_levels(const ComparisonChoice& choice, std::vector<StoredTrial>& trials) {
  for (const std::string& level : choice.levels) SRIOV_TRY(check_level(level, "--levels", choice.factor, trials));
  if (!choice.levels.empty())
    std::erase_if(trials, [&](const StoredTrial& trial) {
      return std::find(choice.levels.begin(), choice.levels.end(), level_of(trial, choice.factor)) ==
             choice.levels.end();
    });
  if (choice.baseline.empty()) return {};
  return check_level(choice.baseline, "--baseline", choice.factor, trials);
}

/// The numbers of every valid trial by condition and level; how each went is added to `assessed`.
Result<std::map<std::string, Condition>> measure_all(std::vector<StoredTrial>& trials, const std::string& factor,
                                                     std::span<const Store> stores,
                                                     std::vector<AssessedTrial>& assessed) {
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
    place.valid.push_back({trial.store, record.planned.repetition, trial_metrics(record)});
    if (!is_micro(record))
      assessed.push_back(assess_trial(record, stores.size() > 1 ? run_name(*trial.store, stores) : ""));
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

Result<std::vector<StoredTrial>> placed_trials(std::span<const Store> stores, const std::string& factor) {
  RunInfo ignored;
  SRIOV_ASSIGN(std::vector<StoredTrial> trials, gather(stores, ignored));
  place(stores, factor, names_of(stores), trials);
  return trials;
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
  std::vector<std::string> runs = names_of(stores);
  place(stores, choice.factor, runs, trials);
  SRIOV_TRY(choose_levels(choice, trials));
  SRIOV_ASSIGN(const auto conditions, measure_all(trials, choice.factor, stores, comparison.trials));
  place_in_cells(comparison.trials);
  SRIOV_ASSIGN(comparison.caveats, caveats_of_runs(comparison.run, stores, trials));
  const bool any_valid = std::any_of(trials.begin(), trials.end(),
                                     [](const StoredTrial& trial) { return trial.record().status == TrialStatus::ok; });
  if (!any_valid)
    return fail("no trial is valid, so there is nothing to compare: " + join(comparison.caveats, " "), where, "",
                ErrorKind::not_enough_data);
  for (const auto& [name, condition] : conditions)
    comparison.tables.push_back(make_table(name, choice, condition, runs, comparison.run.emulated));
  for (std::string& caveat : caveats_of_tables(comparison.run, comparison.tables))
    comparison.caveats.push_back(std::move(caveat));
  for (std::string& caveat : caveats_of_trials(comparison.trials)) comparison.caveats.push_back(std::move(caveat));
  return comparison;
}

Result<Comparison> compare(const Store& store, const std::string& factor) { return compare({&store, 1}, {factor, ""}); }

}  // namespace sriov
