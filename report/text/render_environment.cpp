#include "report/text/render_environment.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "report/text/render_devices.h"

namespace sriov {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestFact = 100;

std::string cut(std::string text) {
  if (text.size() <= kLongestFact) return text;
  std::size_t end = kLongestFact;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // Not inside a character.
  return text.substr(0, end) + "…";
}

bool is_words(const Json& value) {
  return value.is_array() && !value.empty() &&
         std::all_of(value.begin(), value.end(), [](const auto& entry) { return entry.is_string(); });
}

/// Scalars and lists of words of a JSON object, scalars of the objects in it, as name and value. Objects deeper than
/// that only in full.
void add_facts(const Json& json, const std::string& prefix, bool full, TextTable& table) {
  for (const auto& [key, value] : json.items()) {
    if (value.is_object() && (prefix.empty() || full)) add_facts(value, prefix + key + ".", full, table);
    if (value.is_string())
      table.add_row({prefix + key, cut(value.get<std::string>())});
    else if (value.is_boolean() || value.is_number())
      table.add_row({prefix + key, value.dump()});
    else if (prefix.empty() && is_words(value))
      table.add_row({key, cut(join(value.get<std::vector<std::string>>(), "; "))});
  }
}

std::string render_environment(const std::string& endpoint, const Json& facts, bool full, const TextStyle& style) {
  TextTable table({{endpoint, Align::left}, {"", Align::left}});
  add_facts(facts, "", full, table);
  if (const std::string devices = device_list(facts.dump()); !devices.empty())
    table.add_row({"network_devices", cut(devices)});
  std::string out = table.empty() ? "" : "\n" + table.text(style);
  if (full) out += render_devices(endpoint, facts.dump(), style);
  return out;
}

}  // namespace

std::string render_environments(const std::map<std::string, std::string>& environments, EnvironmentDetail detail,
                                const TextStyle& style) {
  std::string out;
  for (const auto& [endpoint, text] : environments) {
    const Json facts = Json::parse(text, nullptr, false);
    if (!facts.is_object()) continue;
    out += render_environment(endpoint.empty() ? "testbed" : endpoint, facts, detail == EnvironmentDetail::full, style);
  }
  return out;
}

}  // namespace sriov
