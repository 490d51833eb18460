#include "gui/models/environment_difference.h"

#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "store/store.h"

namespace sriov::gui {
namespace {

using Json = nlohmann::json;

Result<std::map<std::string, std::string>> environments_of(const QString& directory) {
  SRIOV_ASSIGN(const Store store, Store::open(directory.toStdString()));
  return store.environments();
}

std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The list that is stored when a run ends (docs/file-formats.md).
std::vector<EnvironmentChange> changes_within(const std::string& json) {
  std::vector<EnvironmentChange> out;
  const Json object = Json::parse(json, nullptr, false);
  if (!object.is_object() || !object.contains("changes") || !object["changes"].is_array()) return out;
  for (const Json& change : object["changes"])
    if (change.is_object()) out.push_back({text_of(change, "fact"), text_of(change, "begin"), text_of(change, "end")});
  return out;
}

/// The machine under test, where it can be told.
std::string usual_machine(const std::set<std::string>& names) {
  for (const char* name : {"dom0", "host"})
    if (names.contains(name)) return name;
  return *names.rbegin();
}

}  // namespace

Result<EnvironmentDifference> environment_difference(const QString& left, const QString& right,
                                                     const QString& machine) {
  SRIOV_ASSIGN(const auto a, environments_of(left));
  SRIOV_ASSIGN(const auto b, environments_of(right));
  std::set<std::string> names;
  for (const auto* side : {&a, &b})
    for (const auto& [endpoint, json] : *side) names.insert(endpoint);
  if (names.empty()) return fail("the runs hold no facts of machines", {}, "", ErrorKind::not_enough_data);
  EnvironmentDifference out;
  for (const std::string& name : names) out.machines << QString::fromStdString(name);
  std::string chosen = machine.toStdString();
  if (machine.isNull() || !names.contains(chosen)) chosen = usual_machine(names);
  out.machine = QString::fromStdString(chosen);
  out.is_in_both = a.contains(chosen) && b.contains(chosen);
  if (!out.is_in_both) return out;
  out.changes = left == right ? changes_within(a.at(chosen)) : environment_changes(a.at(chosen), b.at(chosen));
  return out;
}

}  // namespace sriov::gui
