#include "analyzers/trial/environment_changes.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace sriov {
namespace {

using nlohmann::json;
using Facts = std::map<std::string, std::string>;

constexpr const char* kPresent = "present";

void flatten(const json& value, const std::string& name, Facts& out);

/// What an object in a list goes by: the device's name, the interrupt's number.
std::string key_of(const json& entry) {
  if (!entry.is_object()) return {};
  for (const char* key : {"irq", "vf", "device"})
    if (const auto found = entry.find(key); found != entry.end())
      return found->is_string() ? found->get<std::string>() : found->dump();
  return {};
}

void flatten_list(const json& list, const std::string& name, Facts& out) {
  for (const json& entry : list) {
    std::string key = key_of(entry);
    if (key.empty()) key = entry.is_string() ? entry.get<std::string>() : entry.dump();
    out[name + "." + key] = kPresent;
    if (entry.is_object()) flatten(entry, name + "." + key, out);
  }
}

void flatten(const json& value, const std::string& name, Facts& out) {
  if (value.is_object()) {
    for (const auto& [key, inner] : value.items()) flatten(inner, name.empty() ? key : name + "." + key, out);
  } else if (value.is_array()) {
    flatten_list(value, name, out);
  } else {
    out[name] = value.is_string() ? value.get<std::string>() : value.dump();
  }
}

/// Of a device that came or went nothing else is told.
void leave_out_parts(std::vector<EnvironmentChange>& changes) {
  std::vector<std::string> whole;
  for (const EnvironmentChange& change : changes)
    if (change.begin == kPresent || change.end == kPresent) whole.push_back(change.fact + ".");
  std::erase_if(changes, [&](const EnvironmentChange& change) {
    return std::any_of(whole.begin(), whole.end(), [&](const auto& prefix) { return change.fact.starts_with(prefix); });
  });
}

}  // namespace

std::string EnvironmentChange::text() const {
  const auto or_absent = [](const std::string& value) { return value.empty() ? std::string("absent") : value; };
  return fmt::format("{}: {} -> {}", fact, or_absent(begin), or_absent(end));
}

std::vector<EnvironmentChange> environment_changes(const std::string& begin_json, const std::string& end_json) {
  const json begin = json::parse(begin_json, nullptr, false);
  const json end = json::parse(end_json, nullptr, false);
  if (!begin.is_object() || !end.is_object()) return {};
  Facts before;
  Facts after;
  flatten(begin, "", before);
  flatten(end, "", after);
  std::vector<EnvironmentChange> changes;
  for (const auto& [fact, value] : before) {
    const auto now = after.find(fact);
    const std::string later = now == after.end() ? "" : now->second;
    if (later != value) changes.push_back({fact, value, later});
  }
  for (const auto& [fact, value] : after)
    if (before.count(fact) == 0) changes.push_back({fact, "", value});
  leave_out_parts(changes);
  return changes;
}

std::string with_changes(const std::string& begin_json, const std::vector<EnvironmentChange>& changes) {
  json facts = json::parse(begin_json, nullptr, false);
  if (!facts.is_object() || changes.empty()) return begin_json;
  json list = json::array();
  for (const EnvironmentChange& change : changes)
    list.push_back({{"fact", change.fact}, {"begin", change.begin}, {"end", change.end}});
  facts["changes"] = std::move(list);
  return facts.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace sriov
