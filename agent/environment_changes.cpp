#include "agent/environment_changes.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/text.h"

namespace sriov {
namespace {

using nlohmann::json;
using Facts = std::map<std::string, std::string>;

constexpr const char* kPresent = "present";

void flatten(const json& value, const std::string& name, Facts& out);

/// What an object in a list goes by: the device's name, the interrupt's number.
std::string key_of(const json& entry) {
  for (const char* key : {"vf", "device"})
    if (entry.is_object() && entry.contains(key) && !entry.contains("irq"))
      return entry[key].is_string() ? entry[key].get<std::string>() : entry[key].dump();
  return entry.is_object() ? entry.value("irq", "") : "";
}

void flatten_list(const json& list, const std::string& name, Facts& out) {
  std::set<std::string> words;
  for (const json& entry : list) {
    const std::string key = key_of(entry);
    if (!key.empty()) {
      out[name + "." + key] = kPresent;
      flatten(entry, name + "." + key, out);
    } else {
      words.insert(entry.is_string() ? entry.get<std::string>() : entry.dump());
    }
  }
  if (!words.empty()) out[name] = join(std::vector<std::string>(words.begin(), words.end()), " ");
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

/// Only the words that the other list lacks.
std::string without_words_of(const std::string& list, const std::string& other) {
  const std::vector<std::string> words = split(other, ' ');
  std::vector<std::string> rest = split(list, ' ');
  std::erase_if(rest,
                [&](const std::string& word) { return std::find(words.begin(), words.end(), word) != words.end(); });
  return join(rest, " ");
}

EnvironmentChange change_of(const std::string& fact, const std::string& begin, const std::string& end) {
  if (!fact.ends_with(".offloads_on")) return {fact, begin, end};  // Long lists of which one or two change.
  return {fact, without_words_of(begin, end), without_words_of(end, begin)};
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
    if (later != value) changes.push_back(change_of(fact, value, later));
  }
  for (const auto& [fact, value] : after)
    if (before.count(fact) == 0) changes.push_back(change_of(fact, "", value));
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
