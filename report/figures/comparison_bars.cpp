#include "report/figures/comparison_bars.h"

#include <algorithm>
#include <cmath>

#include "core/text.h"
#include "report/condition.h"
#include "report/figure_metric.h"
#include "report/text/comparison_text.h"

namespace sriov {
namespace {

bool has_value(const ComparisonRow* row) {
  return row != nullptr && std::ranges::any_of(row->cells, [](const auto& cell) { return cell.summary.has_value(); });
}

DisplayUnit common_unit(const std::vector<const ComparisonTable*>& tables, const std::string& metric) {
  double largest = 0;
  std::string unit;
  for (const ComparisonTable* table : tables)
    if (const ComparisonRow* row = table->row(metric); row != nullptr) {
      unit = row->unit;
      for (const ComparisonCell& cell : row->cells)
        if (cell.summary) largest = std::max(largest, std::abs(cell.summary->mean));
    }
  return display_unit(unit, largest);
}

FigurePoint point_of(const Summary& summary, std::size_t place, const DisplayUnit& unit) {
  FigurePoint point{static_cast<double>(place), summary.mean / unit.divisor, {}, false};
  if (summary.mean_95) point.y_95 = Interval{summary.mean_95->low / unit.divisor, summary.mean_95->high / unit.divisor};
  return point;
}

FigureSeries& series_named(FigureData& data, const std::string& name) {
  const auto found = std::ranges::find(data.series, name, &FigureSeries::name);
  if (found != data.series.end()) return *found;
  data.series.push_back({name, {}});
  return data.series.back();
}

class ComparisonBars : public FigureSource {
 public:
  [[nodiscard]] std::string description() const override {
    return "a metric's mean with its 95 % interval, by level and condition";
  }
  [[nodiscard]] Result<FigureData> prepare(OpenRuns& runs, const FigureChoice& choice) const override {
    SRIOV_ASSIGN(const Comparison* comparison, runs.comparison(choice.factor, choice.baseline));
    SRIOV_ASSIGN(std::vector<const ComparisonTable*> tables, tables_under(*comparison, choice.condition));
    SRIOV_ASSIGN(const std::string metric, choose_metric(tables, choice.metric));
    if (choice.condition.empty()) tables = telling_tables(tables, metric);
    return comparison_bars(tables, metric, comparison->run.emulated);
  }
};

const FigureSourceRegistration<ComparisonBars> registration{"comparison-bars"};

}  // namespace

FigureData comparison_bars(const std::vector<const ComparisonTable*>& tables, const std::string& metric,
                           bool is_emulated) {
  FigureData data;
  data.chart = "comparison-bars";
  data.is_emulated = is_emulated;
  const DisplayUnit unit = common_unit(tables, metric);
  Cell condition;
  for (const ComparisonTable* table : tables) {
    const ComparisonRow* row = table->row(metric);
    if (!has_value(row)) continue;
    data.y = {row->label, unit.text, false};
    condition = parse_condition(table->condition);
    for (std::size_t i = 0; i < row->cells.size(); ++i) {
      FigureSeries& series = series_named(data, table->levels[i]);
      if (row->cells[i].summary)
        series.points.push_back(point_of(*row->cells[i].summary, data.categories.size(), unit));
    }
    data.categories.push_back(levels_text(condition));
  }
  std::vector<std::string> factors;
  for (const auto& [factor, level] : condition) factors.push_back(factor);
  data.x.label = join(factors, ", ");
  data.title = data.y.label;
  data.note = "Means over repetitions with their 95 % intervals.";
  return data;
}

}  // namespace sriov
