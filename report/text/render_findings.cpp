#include "report/text/render_findings.h"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "analyzers/explanations/words.h"
#include "core/format_number.h"
#include "report/rendered_run.h"

namespace sriov {
namespace {

constexpr std::string_view kEmulatedLabel =
    "Emulated hardware: counts and shares hold, times and rates are the emulator's and say nothing of real hardware.";

/// Lines of at most so many columns, the first behind `first`, the others behind as many blanks.
std::string wrapped(std::string_view text, const std::string& first) {
  constexpr std::size_t kWidth = 118;
  std::string out = first;
  std::size_t used = display_width(first);
  bool fresh = true;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (word.empty()) continue;
    const std::size_t width = display_width(word);
    if (!fresh && used + 1 + width > kWidth) {
      out += '\n' + std::string(display_width(first), ' ');
      used = display_width(first);
      fresh = true;
    }
    out += (fresh ? "" : " ") + std::string(word);
    used += width + (fresh ? 0 : 1);
    fresh = false;
  }
  return out + '\n';
}

std::string cell_text(const FindingCell& cell, const DisplayUnit& unit) {
  if (!cell.value) return cell.text.empty() ? "–" : cell.text;
  if (!cell.interval_95 && unit.text.empty()) return plain_number(*cell.value);
  std::string text = format_number(*cell.value / unit.divisor);
  if (!cell.interval_95) return text;
  const double below = *cell.value - cell.interval_95->low;
  const double above = cell.interval_95->high - *cell.value;
  if (std::abs(above - below) <= 1e-6 * std::abs(above + below))
    return text + " ± " + format_number_like((above + below) / 2 / unit.divisor, *cell.value / unit.divisor);
  return text + fmt::format(" [{}, {}]", format_number(cell.interval_95->low / unit.divisor),
                            format_number(cell.interval_95->high / unit.divisor));
}

std::string table_text(const Finding& finding, const TextStyle& style) {
  std::vector<TextColumn> columns;
  std::vector<DisplayUnit> units;
  for (std::size_t i = 0; i < finding.columns.size(); ++i) {
    double largest = 0;
    bool numeric = false;
    for (const auto& row : finding.rows) {
      if (i >= row.size() || !row[i].value) continue;
      numeric = true;
      if (std::isfinite(*row[i].value)) largest = std::max(largest, std::abs(*row[i].value));
    }
    units.push_back(display_unit(finding.columns[i].unit, largest));
    const std::string& heading = finding.columns[i].heading;
    columns.push_back({units.back().text.empty() ? heading : heading + ", " + units.back().text,
                       numeric ? Align::right : Align::left});
  }
  TextTable table(std::move(columns));
  constexpr std::size_t kMostRows = 60;
  for (const auto& row : std::span(finding.rows).first(std::min(kMostRows, finding.rows.size()))) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < std::min(row.size(), units.size()); ++i) cells.push_back(cell_text(row[i], units[i]));
    table.add_row(std::move(cells));
  }
  if (table.empty()) return "";
  std::string out = "\n" + table.text(style);
  if (finding.rows.size() > kMostRows)
    out += fmt::format("  … and {} rows more (--json has all)\n", finding.rows.size() - kMostRows);
  return out;
}

std::string finding_text(const NamedFinding& named, bool emulated, const TextStyle& style) {
  const Finding& finding = named.finding;
  std::string out = '\n' + style.bold(finding.title) + style.dim(" (" + named.name + ")") + '\n';
  if (emulated && finding.depends_on_time)
    out += wrapped("EMULATED: the times and rates here are the emulator's.", "  ");
  for (const std::string& sentence : finding.sentences) out += wrapped(sentence, "  - ");
  out += table_text(finding, style);
  if (!finding.caveats.empty()) out += '\n';
  for (const std::string& caveat : finding.caveats) out += wrapped(caveat, "  note: ");
  return out;
}

std::string header(const RunData& run, const TextStyle& style) {
  const RunInfo& info = run.info();
  std::string out = fmt::format("{}  {}\n", style.bold(info.name), hardware_label(info));
  out += fmt::format("testbed {}, {} valid trial{}", info.testbed, run.trials().size(),
                     run.trials().size() == 1 ? "" : "s");
  out += run.left_out() > 0 ? fmt::format(", {} left out (invalid or failed)\n", run.left_out()) : "\n";
  if (info.emulated) out += style.warning(kEmulatedLabel) + '\n';
  return out;
}

}  // namespace

std::string render_findings(const RunData& run, const std::vector<NamedFinding>& findings, const TextStyle& style) {
  std::string out = header(run, style);
  std::string untold;
  for (const NamedFinding& named : findings) {
    if (named.finding.absent.empty())
      out += finding_text(named, run.info().emulated, style);
    else
      untold += wrapped(named.finding.absent, fmt::format("  {}: ", named.name));
  }
  if (!untold.empty()) out += '\n' + style.bold("What this run cannot tell") + '\n' + untold;
  return out;
}

}  // namespace sriov
