// What the compared level changes: a dot with its interval for every main metric.
#include <cmath>

#include <fmt/format.h>

#include "analyzers/metrics/detail_metrics.h"
#include "report/condition.h"
#include "report/figure.h"

namespace sriov {
namespace {

constexpr double kPercent = 100;

double change_percent(double ratio) { return (ratio - 1) * kPercent; }

class Ratios : public FigureSource {
 public:
  [[nodiscard]] std::string description() const override {
    return "change of all main metrics in %, with 95 % intervals, for one condition";
  }
  [[nodiscard]] Result<FigureData> prepare(OpenRuns& runs, const FigureChoice& choice) const override {
    SRIOV_ASSIGN(const Comparison* comparison, runs.comparison(choice.factor, choice.baseline));
    SRIOV_ASSIGN(const auto tables, tables_under(*comparison, choice.condition));
    const ComparisonTable& table = *tables.front();
    if (table.compared.empty())
      return fail("there is one level only, so nothing changes", table.condition, "", ErrorKind::not_enough_data);
    FigureData data;
    data.title = fmt::format("{} against {}", table.compared, table.baseline);
    if (!table.condition.empty()) data.title += ", " + table.condition;
    data.note = "Change against the baseline with its 95 % interval; hollow: times and rates of an emulator.";
    data.y = {data.title, "", false};
    data.x = {fmt::format("Change, {} against {}", table.compared, table.baseline), "%", false};
    FigureSeries series{table.compared, {}};
    for (const ComparisonRow& row : table.rows) {
      if (is_detail(row.metric) || !row.contrast || !row.contrast->ratio) continue;
      const stats::Contrast& ratio = *row.contrast->ratio;
      FigurePoint point{static_cast<double>(data.categories.size()), change_percent(ratio.value), {}, false};
      if (ratio.interval_95)
        point.y_95 = Interval{change_percent(ratio.interval_95->low), change_percent(ratio.interval_95->high)};
      point.is_context = row.verdict == RowVerdict::emulated;
      data.categories.push_back(row.label);
      series.points.push_back(point);
    }
    data.series.push_back(std::move(series));
    if (data.size() == 0)
      return fail("no metric has a ratio of the two levels", table.condition, "", ErrorKind::not_enough_data);
    return data;
  }
};

const FigureSourceRegistration<Ratios> registration{"ratios"};

}  // namespace
}  // namespace sriov
