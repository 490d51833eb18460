#include "report/figure.h"

#include <fmt/format.h>

#include "core/text.h"

namespace sriov {

std::string FigureAxis::text() const {
  return unit.empty() || unit == "1" ? label : fmt::format("{} ({})", label, unit);
}

std::size_t FigureData::size() const {
  std::size_t points = 0;
  for (const FigureSeries& one : series) points += one.points.size();
  return points;
}

Result<FigureData> prepare_figure(const std::string& chart, OpenRuns& runs, const FigureChoice& choice) {
  const auto source = Registry<FigureSource>::instance().make(chart);
  if (source == nullptr) {
    const std::vector<std::string> names = Registry<FigureSource>::instance().names();
    const std::string near = nearest(chart, names);
    return fail_usage(fmt::format("there is no chart '{}'", chart), {},
                      near.empty() ? "there are " + join(names, ", ") : "did you mean " + near + "?");
  }
  SRIOV_ASSIGN(FigureData data, source->prepare(runs, choice));
  data.chart = chart;
  data.is_emulated = runs.any_emulated();
  return data;
}

std::string list_figures() {
  std::string out;
  for (const std::string& name : Registry<FigureSource>::instance().names())
    out += fmt::format("{:<16} {}\n", name, Registry<FigureSource>::instance().make(name)->description());
  return out;
}

}  // namespace sriov
