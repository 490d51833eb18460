#include "report/text/render_micro.h"

#include <map>
#include <vector>

#include <fmt/format.h>

#include "analyzers/metrics/micro_metrics.h"
#include "core/format_number.h"

namespace sriov {
namespace {

std::string interval_text(const Summary& summary, const DisplayUnit& unit) {
  if (!summary.median_95) return "–";
  const auto shown = [&](double value) {
    return format_number_like(value / unit.divisor, summary.median / unit.divisor);
  };
  return fmt::format("{} … {}", shown(summary.median_95->low), shown(summary.median_95->high));
}

/// The median, "–" where there is none.
std::string cycles_text(const ComparisonTable& table, const std::string& name, std::size_t level) {
  const ComparisonRow* row = table.row(std::string(kCyclesPerOperation) + name);
  if (row == nullptr || !row->cells[level].summary) return "–";
  return format_number(row->cells[level].summary->median);
}

/// Each reason once, with the benchmarks it concerns.
std::string absences(const ComparisonTable& table, std::size_t level) {
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const ComparisonRow& row : table.rows)
    if (!row.cells[level].summary && row.metric.starts_with(kNsPerOperation))
      by_reason[row.cells[level].why].push_back(row.label);
  for (const ComparisonRow& row : table.rows)
    if (!row.cells[level].summary && row.metric.starts_with(kCyclesPerOperation) &&
        !by_reason.contains(row.cells[level].why))
      by_reason[row.cells[level].why] = {"cycles"};
  std::string out;
  for (const auto& [why, labels] : by_reason) out += fmt::format("  absent: {} ({})\n", why, fmt::join(labels, ", "));
  return out;
}

std::string render_place(const ComparisonTable& table, std::size_t level, const TextStyle& style) {
  TextTable text({{"benchmark", Align::left},
                  {"median", Align::right},
                  {"unit", Align::left},
                  {"95 %", Align::right},
                  {"cycles", Align::right}});
  for (const ComparisonRow& row : table.rows) {
    const auto& summary = row.cells[level].summary;
    if (!summary || !row.metric.starts_with(kNsPerOperation)) continue;
    const DisplayUnit unit = display_unit(row.unit, summary->median);
    text.add_row({row.label, format_number(summary->median / unit.divisor), unit.text, interval_text(*summary, unit),
                  cycles_text(table, row.label, level)});
  }
  std::string out = fmt::format("{}, time of one operation, {} repetitions\n", style.bold(table.levels[level]),
                                table.valid_trials[level]);
  if (!text.empty()) out += text.text(style);
  return out + absences(table, level);
}

}  // namespace

std::string render_micro(const Comparison& comparison, const TextStyle& style) {
  std::string out;
  for (const ComparisonTable& table : comparison.tables)
    for (std::size_t level = 0; level < table.levels.size(); ++level)
      out += (out.empty() ? "" : "\n") + render_place(table, level, style);
  return out;
}

}  // namespace sriov
