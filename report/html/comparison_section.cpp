#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "analyzers/metrics/detail_metrics.h"
#include "core/text.h"
#include "report/html/markup.h"
#include "report/html/sections.h"
#include "report/text/comparison_text.h"

namespace sriov::html {
namespace {

std::string title_of(const ComparisonTable& table) {
  return table.condition.empty() ? "By " + table.factor : fmt::format("{}, by {}", table.condition, table.factor);
}

/// A class for the look of the verdict; its words carry the meaning.
std::string_view css_of(const ComparisonRow& row) {
  switch (row.verdict) {
    case RowVerdict::better:
      return "better";
    case RowVerdict::worse:
      return "worse";
    case RowVerdict::higher:
      return "higher";
    case RowVerdict::lower:
      return "lower";
    default:
      return "quiet";
  }
}

std::string rows_markup(const ComparisonTable& table, bool details_only) {
  std::vector<std::string> headings{"Metric"};
  headings.insert(headings.end(), table.levels.begin(), table.levels.end());
  const bool has_sides = !table.compared.empty();
  if (has_sides) {
    headings.push_back(fmt::format("{} vs {} [95 %]", table.compared, table.baseline));
    headings.emplace_back("Verdict");
  }
  Table out(fmt::format("Valid trials: {}. Mean ± half of its 95 % interval over repetitions.", trial_counts(table)),
            headings);
  for (const ComparisonRow& row : table.rows) {
    if (is_detail(row.metric) != details_only) continue;
    const DisplayUnit unit = unit_of(row);
    std::vector<std::string> cells{fmt::format("{} [{}]", row.label, unit.text)};
    for (const ComparisonCell& cell : row.cells) cells.push_back(cell_text(cell, unit));
    if (has_sides) {
      cells.push_back(difference_text(row, unit));
      cells.push_back(verdict_text(row));
    }
    out.add_row(cells, has_sides ? css_of(row) : "");
  }
  return out.empty() ? "" : element("div", "\n" + out.text(), " class=\"numbers\"");
}

/// Why cells are absent, each reason once with the rows it concerns.
std::string absences(const ComparisonTable& table) {
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const ComparisonRow& row : table.rows)
    for (const ComparisonCell& cell : row.cells) {
      if (cell.summary || cell.why == kDoesNotApply) continue;
      auto& labels = by_reason[cell.why];
      if (labels.empty() || labels.back() != row.label) labels.push_back(row.label);
    }
  std::vector<std::string> lines;
  for (const auto& [why, labels] : by_reason) lines.push_back(fmt::format("{} ({})", why, join(labels, "; ")));
  return lines.empty() ? "" : text_element("p", "Absent, and why:") + list(lines);
}

/// What explanations say, in words: their tables are for `explain`.
std::string findings_markup(const std::vector<NamedFinding>& findings, bool emulated) {
  std::string out;
  for (const NamedFinding& named : findings) {
    const Finding& finding = named.finding;
    if (!finding.absent.empty() || finding.sentences.empty()) continue;
    out += text_element("h4", finding.title);
    if (emulated && finding.depends_on_time)
      out += text_element("p", "Emulated: the times and rates here are the emulator's.", " class=\"emulated\"");
    out += list(finding.sentences, " class=\"findings\"");
    for (const std::string& caveat : finding.caveats) out += text_element("p", "Note: " + caveat, " class=\"quiet\"");
  }
  return out.empty() ? "" : text_element("h3", "What the run explains") + out;
}

}  // namespace

std::string verdicts_section(const Comparison& comparison, const ReportParts& parts) {
  std::string content;
  for (const ComparisonTable& table : comparison.tables) {
    if (table.verdicts.empty()) continue;
    content += text_element("h3", title_of(table)) + list(table.verdicts, " class=\"verdicts\"");
  }
  if (content.empty()) content = text_element("p", "There are too few valid trials, or levels, for a verdict.");
  content += findings_markup(parts.findings, comparison.run.emulated);
  return section("verdicts", "Verdicts", content);
}

std::string caveats_section(const Comparison& comparison) {
  return section("caveats", "Caveats",
                 comparison.caveats.empty() ? text_element("p", "None is known.")
                                            : list(comparison.caveats, " class=\"caveats\""));
}

std::string comparison_section(const Comparison& comparison) {
  std::string content;
  for (const ComparisonTable& table : comparison.tables) {
    content += text_element("h3", title_of(table)) + rows_markup(table, false);
    const std::string more = rows_markup(table, true) + absences(table);
    if (!more.empty()) content += details("Details: " + title_of(table), more);
  }
  return section("comparison", "Comparison", content);
}

}  // namespace sriov::html
