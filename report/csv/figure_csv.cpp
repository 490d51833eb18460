#include "report/csv/figure_csv.h"

#include <cmath>

#include <fmt/format.h>

#include "core/csv.h"

namespace sriov {
namespace {

std::string place_name(const FigureData& data, double x) {
  const auto place = static_cast<std::size_t>(std::lround(x));
  return place < data.categories.size() ? data.categories[place] : fmt::format("{}", x);
}

void add_line(std::string& out, std::initializer_list<std::string> fields) {
  const char* separator = "";
  for (const std::string& field : fields) {
    out += separator;
    append_csv_field(out, field);
    separator = ",";
  }
  out += kCsvLineEnd;
}

}  // namespace

std::string figure_csv(const FigureData& data) {
  const std::string x = data.x.label.empty() ? "place" : data.x.text();
  const std::string y = data.y.label.empty() ? "value" : data.y.text();
  std::string out;
  add_line(out, {"series", x, y, y + " low 95", y + " high 95"});
  for (const FigureSeries& series : data.series)
    for (const FigurePoint& point : series.points)
      add_line(out, {series.name, data.categories.empty() ? fmt::format("{}", point.x) : place_name(data, point.x),
                     fmt::format("{}", point.y), point.y_95 ? fmt::format("{}", point.y_95->low) : "",
                     point.y_95 ? fmt::format("{}", point.y_95->high) : ""});
  return out;
}

}  // namespace sriov
