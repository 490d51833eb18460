#include "report/figure_batch.h"

#include <nlohmann/json.hpp>

namespace sriov {
namespace {

using Json = nlohmann::json;

std::optional<std::string> text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? std::optional(found->get<std::string>()) : std::nullopt;
}

std::optional<double> number_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

}  // namespace

Result<std::vector<BatchEntry>> parse_figure_batch(std::string_view json) {
  const Json list = Json::parse(json, nullptr, false);
  if (!list.is_array()) return fail_usage("the batch is no JSON list", "--batch");
  std::vector<BatchEntry> entries;
  for (const Json& object : list) {
    if (!object.is_object()) return fail_usage("an entry of the batch is no JSON object", "--batch");
    BatchEntry entry{text_of(object, "chart"),      text_of(object, "output").value_or(""),
                     text_of(object, "metric"),     text_of(object, "factor"),
                     text_of(object, "baseline"),   text_of(object, "condition"),
                     number_of(object, "width_mm"), number_of(object, "font_pt"),
                     text_of(object, "palette")};
    if (entry.output.empty()) return fail_usage("an entry of the batch lacks output", "--batch");
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace sriov
