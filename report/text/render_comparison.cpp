#include "report/text/render_comparison.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "analyzers/metrics/detail_metrics.h"
#include "core/format_number.h"
#include "host/clock.h"
#include "report/rendered_run.h"
#include "report/text/comparison_text.h"

namespace sriov {
namespace {

/// Why cells are absent, each reason once with the rows it concerns.
std::string absences(const ComparisonTable& table, bool all) {
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const ComparisonRow& row : table.rows) {
    if (!all && is_detail(row.metric)) continue;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const ComparisonCell& cell = row.cells[i];
      if (cell.summary || cell.why == kDoesNotApply) continue;
      auto& labels = by_reason[cell.why];
      if (labels.empty() || labels.back() != row.label) labels.push_back(row.label);
    }
  }
  std::string out;
  for (const auto& [why, labels] : by_reason) out += fmt::format("  absent: {} ({})\n", why, fmt::join(labels, "; "));
  return out;
}

std::string render_table(const ComparisonTable& table, bool all, const TextStyle& style) {
  std::vector<TextColumn> columns{{"", Align::left}};
  for (const std::string& level : table.levels) columns.push_back({level, Align::right});
  if (!table.compared.empty()) {
    columns.push_back({fmt::format("{} vs {} [95 %]", table.compared, table.baseline), Align::right});
    columns.push_back({"verdict", Align::left});
  }
  TextTable text(columns);
  for (const ComparisonRow& row : table.rows) {
    if (!all && is_detail(row.metric)) continue;
    const DisplayUnit unit = unit_of(row);
    std::vector<std::string> cells{fmt::format("{} [{}]", row.label, unit.text)};
    for (const ComparisonCell& cell : row.cells) cells.push_back(cell_text(cell, unit));
    if (!table.compared.empty()) {
      cells.push_back(difference_text(row, unit));
      cells.push_back(verdict_text(row));
    }
    text.add_row(std::move(cells));
  }
  std::string out = style.bold(table.condition.empty() ? "by " + table.factor
                                                       : fmt::format("{}, by {}", table.condition, table.factor));
  out += fmt::format("\nvalid trials: {}; mean ± half of its 95 % interval over repetitions\n", trial_counts(table));
  out += text.text(style) + absences(table, all);
  for (const std::string& verdict : table.verdicts) out += fmt::format("  => {}\n", style.bold(verdict));
  return out;
}

}  // namespace

std::string render_comparison(const Comparison& comparison, bool all, const TextStyle& style) {
  const RunInfo& run = comparison.run;
  const std::string hardware = hardware_label(run);
  std::string out = fmt::format("{}, testbed {}, {}, {}\n", style.bold(run.name), run.testbed,
                                run.emulated ? style.warning(hardware) : hardware, format_utc(run.started_unix_ns));
  for (const std::string& caveat : comparison.caveats) out += style.warning("  ! " + caveat) + "\n";
  bool compared = false;
  for (const ComparisonTable& table : comparison.tables) {
    out += "\n" + render_table(table, all, style);
    compared = compared || !table.compared.empty();
  }
  if (compared)
    out +=
        "\nVerdicts: of the differences that a table tells, 5 % are false at most (Benjamini and Hochberg). \"8 % "
        "would\n"
        "show\": a difference of 8 % would have been found in 4 runs of 5.\n";
  return out;
}

}  // namespace sriov
