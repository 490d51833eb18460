#include "analyzers/comparison/comparison_rows.h"

#include <algorithm>

#include "analyzers/metrics/metric_direction.h"
#include "analyzers/stats/detectable_effect.h"
#include "analyzers/stats/multiple_comparisons.h"

namespace sriov {
namespace {

/// Of another unit it is another metric: runs may be of versions that measured differently.
bool is_of(const TrialMetric& metric, const ComparisonRow& row) {
  return metric.name == row.metric && metric.unit == row.unit;
}

const TrialMetric* find_metric(const Measured& trial, const ComparisonRow& row) {
  for (const TrialMetric& metric : trial.metrics)
    if (is_of(metric, row)) return &metric;
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
            std::find_if(rows.begin(), rows.end(), [&](const ComparisonRow& row) { return is_of(metric, row); });
        if (found != rows.end()) {
          place = static_cast<std::size_t>(found - rows.begin()) + 1;
          continue;
        }
        ComparisonRow row;
        row.metric = metric.name;
        row.unit = metric.unit;
        row.label = metric.label;
        rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(place), std::move(row));
        ++place;
      }
    }
  }
  return rows;
}

ComparisonCell summarize_cell(const Level& level, const ComparisonRow& row) {
  ComparisonCell cell;
  std::vector<double> values;
  for (const Measured& trial : level.valid) {
    const TrialMetric* metric = find_metric(trial, row);
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

/// The values of both sides. In pairs where some repetition is a block of both; all of each side otherwise.
struct Sides {
  std::vector<double> compared;
  std::vector<double> baseline;
  bool paired = false;
};

const double* value_in(const Measured& trial, const ComparisonRow& row) {
  const TrialMetric* found = find_metric(trial, row);
  return found != nullptr && found->value ? &*found->value : nullptr;
}

bool share_a_run(const Level& a, const Level& b) {
  return std::ranges::any_of(a.valid, [&](const Measured& one) {
    return std::ranges::any_of(b.valid, [&](const Measured& other) { return one.run == other.run; });
  });
}

Sides paired_sides(const Level& compared, const Level& baseline, const ComparisonRow& row) {
  Sides sides;
  sides.paired = true;
  for (const Measured& trial : compared.valid) {
    const auto partner = std::ranges::find_if(baseline.valid, [&](const Measured& other) {
      return other.run == trial.run && other.repetition == trial.repetition;
    });
    if (partner == baseline.valid.end()) continue;
    const double* mine = value_in(trial, row);
    const double* theirs = value_in(*partner, row);
    if (mine == nullptr || theirs == nullptr) continue;
    sides.compared.push_back(*mine);
    sides.baseline.push_back(*theirs);
  }
  return sides;
}

Sides independent_sides(const Level& compared, const Level& baseline, const ComparisonRow& row) {
  Sides sides;
  for (const Measured& trial : compared.valid)
    if (const double* value = value_in(trial, row)) sides.compared.push_back(*value);
  for (const Measured& trial : baseline.valid)
    if (const double* value = value_in(trial, row)) sides.baseline.push_back(*value);
  return sides;
}

void add_contrast(ComparisonRow& row, const Level& compared, const Level& baseline) {
  const Sides sides = share_a_run(compared, baseline) ? paired_sides(compared, baseline, row)
                                                      : independent_sides(compared, baseline, row);
  row.is_paired = sides.paired;
  row.pairs = sides.paired ? sides.compared.size() : 0;
  if (sides.paired) {
    if (auto paired = stats::compare_pairs(sides.compared, sides.baseline)) row.contrast = *paired;
  } else if (auto independent = stats::compare_independent(sides.compared, sides.baseline)) {
    row.contrast = *independent;
  }
  if (row.contrast && row.contrast->ratio)
    row.ratio = Ratio{row.contrast->ratio->value, row.contrast->ratio->interval_95};
}

RowVerdict verdict_of(const ComparisonRow& row, bool emulated) {
  if (!row.contrast || !row.contrast->p_value()) return RowVerdict::not_enough_data;
  if (emulated && !holds_in_emulation(row.metric)) return RowVerdict::emulated;
  // Clear by itself and not beside so many others: neither a difference nor none.
  if (!row.differs())
    return *row.contrast->p_value() < stats::kAlpha ? RowVerdict::not_enough_data : RowVerdict::no_difference;
  const bool higher = row.contrast->ratio ? row.contrast->ratio->value > 1 : row.contrast->difference.value > 0;
  const Better better = better_direction(row.metric);
  if (better == Better::neither) return higher ? RowVerdict::higher : RowVerdict::lower;
  return (better == Better::higher) == higher ? RowVerdict::better : RowVerdict::worse;
}

/// The rows that get a verdict are one family of tests: with forty of them two would seem to differ where nothing does.
/// What no verdict is drawn from takes no part: times and rates of an emulator.
void adjust(std::vector<ComparisonRow>& rows, bool emulated) {
  std::vector<double> p_values;
  std::vector<ComparisonRow*> tested;
  for (ComparisonRow& row : rows) {
    const auto p = row.contrast ? row.contrast->p_value() : std::nullopt;
    if (!p || (emulated && !holds_in_emulation(row.metric))) continue;
    p_values.push_back(*p);
    tested.push_back(&row);
  }
  const std::vector<double> adjusted = stats::benjamini_hochberg(p_values);
  for (std::size_t i = 0; i < tested.size(); ++i) tested[i]->adjusted_p = adjusted[i];
}

}  // namespace

bool ComparisonRow::differs() const { return adjusted_p && *adjusted_p < stats::kAlpha; }

std::string_view to_string(RowVerdict verdict) {
  switch (verdict) {
    case RowVerdict::better:
      return "better";
    case RowVerdict::worse:
      return "worse";
    case RowVerdict::higher:
      return "higher";
    case RowVerdict::lower:
      return "lower";
    case RowVerdict::no_difference:
      return "no difference";
    case RowVerdict::emulated:
      return "emulated";
    case RowVerdict::not_enough_data:
      break;
  }
  return "not enough data";
}

std::vector<ComparisonRow> make_rows(const Condition& condition, const ComparisonTable& table, bool emulated) {
  std::vector<ComparisonRow> rows = collect_rows(condition);
  for (ComparisonRow& row : rows) {
    for (const std::string& level : table.levels) row.cells.push_back(summarize_cell(condition.at(level), row));
    if (!table.compared.empty()) add_contrast(row, condition.at(table.compared), condition.at(table.baseline));
  }
  adjust(rows, emulated);
  for (ComparisonRow& row : rows) row.verdict = verdict_of(row, emulated);
  return rows;
}

}  // namespace sriov
