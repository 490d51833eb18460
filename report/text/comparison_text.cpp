#include "report/text/comparison_text.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "core/text.h"

namespace sriov {
namespace {

constexpr double kManifold = 3;        // From here on people say "4.2 times", not "320 % more".
constexpr double kMostPercent = 1000;  // What takes more than this to be seen is not seen.

std::string signed_text(double value) {
  const std::string text = format_number(value);
  return value > 0 && text.front() != '-' ? "+" + text : text;
}

/// Of a ratio: 1.25 is "+25.0".
std::string percent_text(double ratio) {
  const double percent = (ratio - 1) * 100;
  return percent > kMostPercent ? ">+1000" : signed_text(percent);
}

/// "VALUE [LOW, HIGH]", `unit` behind the value.
std::string with_interval(const std::function<std::string(double)>& text, double value,
                          const std::optional<Interval>& interval, const char* unit = "") {
  const std::string center = text(value) + unit;
  return interval ? fmt::format("{} [{}, {}]", center, text(interval->low), text(interval->high)) : center;
}

}  // namespace

DisplayUnit unit_of(const ComparisonRow& row) {
  double largest = 0;
  for (const ComparisonCell& cell : row.cells)
    if (cell.summary) largest = std::max(largest, std::abs(cell.summary->mean));
  return display_unit(row.unit, largest);
}

std::string cell_text(const ComparisonCell& cell, const DisplayUnit& unit) {
  if (!cell.summary) return cell.why == kDoesNotApply ? "–" : "absent";
  const double mean = cell.summary->mean / unit.divisor;
  if (!cell.summary->mean_95) return format_number(mean);
  const double half = (cell.summary->mean_95->high - cell.summary->mean_95->low) / 2 / unit.divisor;
  return fmt::format("{} ± {}", format_number(mean), format_number_like(half, mean));
}

std::string difference_text(const ComparisonRow& row, const DisplayUnit& unit) {
  if (!row.contrast) return "–";
  const stats::TwoSamples& contrast = *row.contrast;
  if (!contrast.ratio) {
    const auto plain = [&](double value) { return signed_text(value / unit.divisor); };
    return with_interval(plain, contrast.difference.value, contrast.difference.interval_95) + " " + unit.text;
  }
  const double ratio = contrast.ratio->value;
  if (ratio >= kManifold) return "×" + with_interval(&format_ratio, ratio, contrast.ratio->interval_95);
  return with_interval(&percent_text, ratio, contrast.ratio->interval_95, " %");
}

std::string verdict_text(const ComparisonRow& row) {
  if (!row.contrast) return "–";
  std::string text(to_string(row.verdict));
  if (row.verdict != RowVerdict::no_difference || !row.contrast || !row.contrast->detectable_percent) return text;
  const double percent = *row.contrast->detectable_percent;
  if (percent <= 0) return text;  // Values without any spread: nothing is hidden in it.
  if (percent > kMostPercent) return text + " (hardly any would show)";
  return text + fmt::format(" ({} % would show)", format_number(percent));
}

std::string trial_counts(const ComparisonTable& table) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < table.levels.size(); ++i) {
    parts.push_back(fmt::format("{} {}", table.levels[i], table.valid_trials[i]));
    if (table.left_out[i] > 0) parts.back() += fmt::format(" ({} left out)", table.left_out[i]);
  }
  return join(parts, ", ");
}

}  // namespace sriov
