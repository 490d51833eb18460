// A metric against a numeric factor: guests, message size, rate.
#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "core/format_number.h"
#include "core/text.h"
#include "report/condition.h"
#include "report/figure.h"
#include "report/figure_metric.h"

namespace sriov {
namespace {

constexpr double kLogFrom = 16;  // From this ratio of the ends on, even steps would crowd the small levels.

std::optional<double> number_of(const std::string& level) {
  if (const auto plain = to_double(level)) return plain;
  if (const auto bytes = parse_bytes(level)) return static_cast<double>(*bytes);
  if (const auto ns = parse_duration_ns(level)) return static_cast<double>(*ns);
  return std::nullopt;
}

/// The factor with at least two levels, all of them numbers.
Result<std::string> numeric_factor(OpenRuns& runs, const std::string& wanted) {
  std::map<std::string, std::set<std::string>> levels;
  SRIOV_ASSIGN(const auto* trials, runs.placed(std::string(kRunFactor)));
  for (const StoredTrial& trial : *trials)
    for (const auto& [factor, level] : trial.record().planned.cell)
      if (factor != kRunFactor) levels[factor].insert(level);
  std::vector<std::string> names;
  for (const auto& [factor, of_factor] : levels) {
    names.push_back(factor);
    const bool numeric = std::ranges::all_of(of_factor, [](const auto& level) { return number_of(level).has_value(); });
    if (factor == wanted && !numeric)
      return fail_usage(fmt::format("the levels of '{}' are no numbers", factor), "--factor",
                        "comparison-bars shows it");
    if ((wanted.empty() && numeric && of_factor.size() > 1) || factor == wanted) return factor;
  }
  if (wanted.empty())
    return fail("no factor of the run has numbers as levels", {}, "scaling needs one, such as guests",
                ErrorKind::not_enough_data);
  const std::string near = nearest(wanted, names);
  return fail_usage(fmt::format("the run has no factor '{}'", wanted), "--factor",
                    near.empty() ? "it has " + join(names, ", ") : "did you mean " + near + "?");
}

/// One curve a path: of further factors the levels of the first table that has the metric are kept.
std::vector<const ComparisonTable*> curves_of(const std::vector<const ComparisonTable*>& tables,
                                              const std::string& metric, Cell& kept) {
  std::vector<const ComparisonTable*> out;
  for (const ComparisonTable* table : tables) {
    const ComparisonRow* row = table->row(metric);
    if (row == nullptr || std::ranges::none_of(row->cells, [](const auto& cell) { return cell.summary.has_value(); }))
      continue;
    Cell others = parse_condition(table->condition);
    if (others.size() > 1) others.erase("path");
    if (out.empty() && parse_condition(table->condition).size() > 1) kept = others;
    if (has_levels(parse_condition(table->condition), kept)) out.push_back(table);
  }
  return out;
}

FigureSeries curve(const ComparisonTable& table, const ComparisonRow& row, const Cell& kept, double divisor) {
  Cell named = parse_condition(table.condition);
  for (const auto& [factor, level] : kept) named.erase(factor);
  FigureSeries series{levels_text(named), {}};
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    if (!row.cells[i].summary) continue;
    const Summary& summary = *row.cells[i].summary;
    FigurePoint point{*number_of(table.levels[i]), summary.mean / divisor, {}, false};
    if (summary.mean_95) point.y_95 = Interval{summary.mean_95->low / divisor, summary.mean_95->high / divisor};
    series.points.push_back(point);
  }
  std::ranges::sort(series.points, {}, &FigurePoint::x);
  return series;
}

/// In the order in which other figures have these levels, so that a level looks the same everywhere.
Result<void> order_as_elsewhere(OpenRuns& runs, const FigureChoice& choice, FigureData& data) {
  SRIOV_ASSIGN(const Comparison* usual, runs.comparison("", choice.baseline));
  const std::vector<std::string>& levels = usual->tables.front().levels;
  std::ranges::stable_sort(data.series, {}, [&](const FigureSeries& series) {
    return std::ranges::find(levels, series.name) - levels.begin();
  });
  return {};
}

bool wants_log(const FigureData& data) {
  double low = INFINITY;
  double high = 0;
  for (const FigureSeries& series : data.series)
    for (const FigurePoint& point : series.points) {
      low = std::min(low, point.x);
      high = std::max(high, point.x);
    }
  return low > 0 && high / low >= kLogFrom;
}

class Scaling : public FigureSource {
 public:
  [[nodiscard]] std::string description() const override {
    return "a metric against a numeric factor (guests, message_bytes …), with 95 % intervals";
  }
  [[nodiscard]] Result<FigureData> prepare(OpenRuns& runs, const FigureChoice& choice) const override {
    SRIOV_ASSIGN(const std::string factor, numeric_factor(runs, choice.factor));
    SRIOV_ASSIGN(const Comparison* comparison, runs.comparison(factor, ""));
    SRIOV_ASSIGN(const auto tables, tables_under(*comparison, choice.condition));
    SRIOV_ASSIGN(const std::string metric, choose_metric(tables, choice.metric));
    Cell kept;
    const auto curves = curves_of(choice.condition.empty() ? telling_tables(tables, metric) : tables, metric, kept);
    FigureData data;
    double largest = 0;
    for (const ComparisonTable* table : curves)
      for (const ComparisonCell& cell : table->row(metric)->cells)
        if (cell.summary) largest = std::max(largest, std::abs(cell.summary->mean));
    const ComparisonRow& first = *curves.front()->row(metric);
    const DisplayUnit unit = display_unit(first.unit, largest);
    for (const ComparisonTable* table : curves)
      data.series.push_back(curve(*table, *table->row(metric), kept, unit.divisor));
    SRIOV_TRY(order_as_elsewhere(runs, choice, data));
    data.title = first.label + (kept.empty() ? "" : ", " + to_string(kept));
    data.note = "Means over repetitions with their 95 % intervals.";
    data.x = {factor, "", wants_log(data)};
    data.y = {first.label, unit.text, false};
    return data;
  }
};

const FigureSourceRegistration<Scaling> registration{"scaling"};

}  // namespace
}  // namespace sriov
