#include "gui/batch.h"

#include "gui/export_chart.h"
#include "report/figure_batch.h"

namespace sriov::gui {

Result<std::vector<FigureOrder>> parse_batch(std::string_view json, const FigureOrder& defaults) {
  SRIOV_ASSIGN(const std::vector<BatchEntry> entries, parse_figure_batch(json));
  std::vector<FigureOrder> orders;
  for (const BatchEntry& entry : entries) {
    FigureOrder order = defaults;
    order.chart = entry.chart.value_or(defaults.chart);
    order.output = entry.output;
    order.choice.metric = entry.metric.value_or(defaults.choice.metric);
    order.choice.factor = entry.factor.value_or(defaults.choice.factor);
    order.choice.baseline = entry.baseline.value_or(defaults.choice.baseline);
    order.choice.condition = entry.condition.value_or(defaults.choice.condition);
    order.style.width_mm = entry.width_mm.value_or(defaults.style.width_mm);
    order.style.font_pt = entry.font_pt.value_or(defaults.style.font_pt);
    if (entry.palette) {
      const auto palette = parse_palette(*entry.palette);
      if (!palette) return fail_usage("an entry of the batch has an unknown palette", "--batch", "colour or greyscale");
      order.style.palette = *palette;
    }
    if (order.chart.empty()) return fail_usage("an entry of the batch lacks chart or output", "--batch");
    orders.push_back(std::move(order));
  }
  return orders;
}

std::vector<Error> export_all(OpenRuns& runs, const std::vector<FigureOrder>& orders) {
  std::vector<Error> errors;
  for (const FigureOrder& order : orders) {
    const auto data = prepare_figure(order.chart, runs, order.choice);
    const auto done = data ? export_figure(*data, order.style, QString::fromStdString(order.output))
                           : Result<void>(tl::unexpected(data.error()));
    if (!done) errors.push_back(done.error().at(order.chart));
  }
  return errors;
}

}  // namespace sriov::gui
