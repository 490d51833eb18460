#include "report/published_references.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "analyzers/explanations/published_csv.h"
#include "core/text.h"
#include "host/data_files.h"

namespace sriov {
namespace {

/// "Gbit/s" -> 1e9 and "bit/s"; a unit without a prefix is itself.
std::pair<double, std::string> base_unit(const std::string& unit) {
  if (unit.ends_with("bit/s") && unit.size() == 6) {
    const std::optional<double> factor = unit[0] == 'k'   ? std::optional(1e3)
                                         : unit[0] == 'M' ? std::optional(1e6)
                                         : unit[0] == 'G' ? std::optional(1e9)
                                                          : std::nullopt;
    if (factor) return {*factor, "bit/s"};
  }
  return {1, unit};
}

/// "9.48", "~420", and of "450-500" both ends.
std::vector<double> numbers_of(std::string text) {
  std::erase_if(text, [](char c) { return c == '~' || c == ','; });
  std::vector<double> out;
  for (const std::string& part : split(text, '-')) {
    const auto number = to_double(trim(part));
    if (!number) return {};
    out.push_back(*number);
  }
  return out;
}

/// "vf@run1" is the path "vf".
std::string path_of(const std::string& series) { return series.substr(0, series.find('@')); }

}  // namespace

Result<void> add_published(FigureData& data, const std::string& metric) {
  SRIOV_ASSIGN(const std::string configs, config_directory());
  SRIOV_ASSIGN(const std::vector<PublishedNumber> all, read_published(configs + "/published"));
  const auto [shown_factor, shown_base] = base_unit(data.y.unit);
  int number = 0;
  for (const PublishedNumber& published : all) {
    const auto [factor, base] = base_unit(published.unit);
    const std::vector<double> values = numbers_of(published.value);
    const auto series =
        std::ranges::find(data.series, published.path, [](const auto& one) { return path_of(one.name); });
    if (published.metric != metric || base != shown_base || values.empty() || series == data.series.end()) continue;
    ++number;
    for (const double value : values)
      data.references.push_back({series->name, value * factor / shown_factor, fmt::format("[{}]", number)});
    data.note += fmt::format(" [{}] published for {}: {} {}, {}, {} {}.", number, published.path, published.value,
                             published.unit, published.what, published.paper, published.year);
  }
  return {};
}

}  // namespace sriov
