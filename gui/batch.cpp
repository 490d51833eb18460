#include "gui/batch.h"

#include <nlohmann/json.hpp>

#include "gui/export_chart.h"

namespace sriov::gui {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json& object, const char* name, const std::string& otherwise) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

double number_of(const Json& object, const char* name, double otherwise) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? found->get<double>() : otherwise;
}

}  // namespace

Result<std::vector<FigureOrder>> parse_batch(std::string_view json, const FigureOrder& defaults) {
  const Json list = Json::parse(json, nullptr, false);
  if (!list.is_array()) return fail_usage("the batch is no JSON list", "--batch");
  std::vector<FigureOrder> orders;
  for (const Json& entry : list) {
    if (!entry.is_object()) return fail_usage("an entry of the batch is no JSON object", "--batch");
    FigureOrder order = defaults;
    order.chart = text_of(entry, "chart", defaults.chart);
    order.output = text_of(entry, "output", "");
    order.choice.metric = text_of(entry, "metric", defaults.choice.metric);
    order.choice.factor = text_of(entry, "factor", defaults.choice.factor);
    order.choice.baseline = text_of(entry, "baseline", defaults.choice.baseline);
    order.choice.condition = text_of(entry, "condition", defaults.choice.condition);
    order.style.width_mm = number_of(entry, "width_mm", defaults.style.width_mm);
    order.style.font_pt = number_of(entry, "font_pt", defaults.style.font_pt);
    if (entry.contains("palette")) {
      const auto palette = parse_palette(text_of(entry, "palette", ""));
      if (!palette) return fail_usage("an entry of the batch has an unknown palette", "--batch", "colour or greyscale");
      order.style.palette = *palette;
    }
    if (order.chart.empty() || order.output.empty())
      return fail_usage("an entry of the batch lacks chart or output", "--batch");
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
