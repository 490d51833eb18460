#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/html/markup.h"
#include "report/html/sections.h"

namespace sriov::html {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kChanges = "changes";

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array() && std::ranges::all_of(value, [](const Json& entry) { return entry.is_string(); })) {
    std::string out;
    for (const Json& entry : value) out += (out.empty() ? "" : "; ") + entry.get<std::string>();
    return out;
  }
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Scalars, lists of words, and one level of objects: what identifies a machine. Deeper things are in the full facts.
void add_facts(const Json& facts, const std::string& prefix, Table& table) {
  for (const auto& [name, value] : facts.items()) {
    const bool is_list_of_objects = value.is_array() && !value.empty() && value.front().is_object();
    if (is_list_of_objects) continue;
    if (value.is_object()) {
      if (prefix.empty()) add_facts(value, name + ".", table);
      continue;
    }
    table.add_row({prefix + name, text_of(value)});
  }
}

/// "eth1: driver igbvf, 1000 Mbit/s" …
void add_devices(const Json& facts, Table& table) {
  const auto devices = facts.find("nics");
  if (devices == facts.end() || !devices->is_array()) return;
  for (const Json& device : *devices) {
    if (!device.is_object()) continue;
    std::string text;
    for (const char* fact : {"driver", "driver_version", "firmware", "pci_address", "speed_mbps", "mtu"})
      if (const auto found = device.find(fact); found != device.end())
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", fact, text_of(*found));
    const auto name = device.find("device");
    table.add_row({"network device " + (name == device.end() ? std::string("?") : text_of(*name)), text});
  }
}

std::string changes_markup(const Json& facts) {
  const auto changes = facts.find(kChanges);
  if (changes == facts.end() || !changes->is_array() || changes->empty()) return {};
  Table table("What was another at the end of the run", {"Fact", "Begin", "End"});
  for (const Json& change : *changes) {
    if (!change.is_object()) continue;
    const auto field = [&](const char* name) {
      const auto found = change.find(name);
      const std::string text = found == change.end() ? "" : text_of(*found);
      return text.empty() ? std::string("absent") : text;
    };
    table.add_row({field("fact"), field("begin"), field("end")});
  }
  return table.text();
}

}  // namespace

Result<std::string> environment_section(const OpenRuns& runs) {
  std::string content;
  for (const Store& store : runs.stores()) {
    SRIOV_ASSIGN(const auto environments, store.environments());
    if (runs.stores().size() > 1) content += text_element("h3", store.directory());
    for (const auto& [endpoint, text] : environments) {
      Json facts = Json::parse(text, nullptr, false);
      if (!facts.is_object()) continue;
      const std::string name = endpoint.empty() ? "testbed" : endpoint;
      content += text_element("h3", name) + changes_markup(facts);
      facts.erase(kChanges);
      Table table("", {"Fact", "Value"});
      add_facts(facts, "", table);
      add_devices(facts, table);
      if (!table.empty()) content += details("Facts of " + name, table.text());
      content += details("All facts of " + name + " as JSON",
                         text_element("pre", facts.dump(2, ' ', false, Json::error_handler_t::replace)));
    }
  }
  if (content.empty()) content = text_element("p", "No facts of the machines were stored.");
  return section("environment", "Environment", content);
}

}  // namespace sriov::html
