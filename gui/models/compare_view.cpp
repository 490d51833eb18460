#include "gui/models/compare_view.h"

#include <algorithm>

#include "report/condition.h"
#include "report/figure_metric.h"
#include "report/published_references.h"

namespace sriov::gui {
namespace {

/// "workload=tcp_rr" and what the condition says beside it.
std::string with_level(const std::string& condition, const std::string& factor, const std::string& level) {
  Cell cell = parse_condition(condition);
  cell[factor] = level;
  return to_string(cell);
}

FigureChoice choice_of(const QString& chart, const ViewState& view) {
  FigureChoice choice = view.choice;
  // Of time lines the metric is a sampled counter, of which the default is the payload's; boxes and changes have none.
  if (chart == QStringLiteral("timeline")) choice.metric.clear();
  if (chart == QStringLiteral("scaling")) choice.factor = view.setting.value(kCompareAxis).toStdString();
  return choice;
}

ComparePanel panel_of(OpenRuns& runs, const QString& chart, const FigureChoice& choice, bool published) {
  ComparePanel panel{QStringLiteral("compare/%1/%2").arg(chart, QString::fromStdString(choice.condition)),
                     prepare_figure(chart.toStdString(), runs, choice)};
  if (!panel.figure || !published || chart != QStringLiteral("comparison-bars")) return panel;
  const auto comparison = runs.comparison(choice.factor, choice.baseline);
  const auto tables = comparison ? tables_under(**comparison, choice.condition)
                                 : Result<std::vector<const ComparisonTable*>>(tl::unexpected(comparison.error()));
  const auto metric =
      tables ? choose_metric(*tables, choice.metric) : Result<std::string>(tl::unexpected(tables.error()));
  const auto added = metric ? add_published(*panel.figure, *metric) : Result<void>(tl::unexpected(metric.error()));
  if (!added) panel.figure->note += " " + added.error().text();
  return panel;
}

/// The levels that a panel each is drawn for; one empty level without panels.
std::vector<std::string> panel_levels(const CompareView& view, const std::string& factor) {
  for (const RunFactor& one : view.factors)
    if (one.name == factor && factor != view.comparison.tables.front().factor) return one.levels;
  return {""};
}

/// The first one that the chart is about.
std::size_t table_of(const Comparison& comparison, const QString& chart, const FigureChoice& choice) {
  const auto under = tables_under(comparison, choice.condition);
  if (!under || under->empty()) return 0;
  std::vector<const ComparisonTable*> tables = *under;
  if (chart.startsWith(QStringLiteral("latency"))) {
    std::erase_if(tables, [](const ComparisonTable* table) { return table->row("latency_p50_us") == nullptr; });
  } else if (chart == QStringLiteral("comparison-bars") || chart == QStringLiteral("scaling")) {
    const auto metric = choose_metric(tables, choice.metric);
    if (metric && choice.condition.empty()) tables = telling_tables(tables, *metric);
  }
  const ComparisonTable* table = tables.empty() ? under->front() : tables.front();
  return static_cast<std::size_t>(table - comparison.tables.data());
}

Result<CompareView> prepare(OpenRuns& runs, const ViewState& view) {
  CompareView out;
  SRIOV_ASSIGN(const Comparison* comparison, runs.comparison(view.choice.factor, view.choice.baseline));
  out.comparison = *comparison;
  SRIOV_ASSIGN(out.factors, run_factors(runs));
  const QString chart = view.setting.value(kCompareChart, compare_charts().front());
  out.table = table_of(*comparison, chart, view.choice);
  const bool published = view.setting.contains(kComparePublished);
  const std::string factor = view.setting.value(kComparePanel).toStdString();
  for (const std::string& level : panel_levels(out, factor)) {
    FigureChoice choice = choice_of(chart, view);
    if (!level.empty()) choice.condition = with_level(choice.condition, factor, level);
    out.panels.push_back(panel_of(runs, chart, choice, published));
  }
  return out;
}

}  // namespace

const QStringList& compare_charts() {
  static const QStringList charts{QStringLiteral("comparison-bars"), QStringLiteral("ratios"),
                                  QStringLiteral("latency-ecdf"),    QStringLiteral("latency-box"),
                                  QStringLiteral("timeline"),        QStringLiteral("cpu-stack"),
                                  QStringLiteral("scaling")};
  return charts;
}

Result<CompareView> compare_view(const RunSet& runs, const ViewState& view) {
  return runs.with_runs([&](OpenRuns& open) { return prepare(open, view); });
}

}  // namespace sriov::gui
