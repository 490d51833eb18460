#include "analyzers/comparison_text.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace sriov {

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

std::string ratio_text(const ComparisonRow& row) {
  if (!row.ratio) return "–";
  if (!row.ratio->interval_95) return format_ratio(row.ratio->value);
  return fmt::format("{} [{}, {}]", format_ratio(row.ratio->value), format_ratio(row.ratio->interval_95->low),
                     format_ratio(row.ratio->interval_95->high));
}

}  // namespace sriov
