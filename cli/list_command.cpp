// sriov-bench list: what this build has of everything that registers itself.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/subcommand.h"
#include "cli/terminal.h"
#include "collector/collector.h"
#include "core/text.h"
#include "testbed/testbed.h"
#include "tuning/knob.h"
#include "workloads/workload.h"

namespace sriov::cli {
namespace {

/// Columns with their names; the first one is the key.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

template <class Base>
Table names_and_help() {
  Table table{{"name", "help"}, {}};
  for (const std::string& name : Registry<Base>::instance().names())
    table.rows.push_back({name, std::string(Registry<Base>::instance().make(name)->help())});
  return table;
}

std::string text_of(std::string_view text) { return std::string(text); }

/// With the options and their defaults.
Table collectors() {
  Table table{{"name", "scope", "options", "help"}, {}};
  for (const std::string& name : CollectorRegistry::instance().names()) {
    const auto collector = CollectorRegistry::instance().make(name);
    std::vector<std::string> options;
    for (const CollectorOption& option : collector->options())
      options.push_back(fmt::format("{}={}", option.name, option.fallback));
    table.rows.push_back(
        {name, text_of(to_string(collector->scope())), join(options, " "), text_of(collector->help())});
  }
  return table;
}

Table metrics() {
  Table table{{"name", "unit", "kind", "labels", "apart", "help", "source"}, {}};
  for (const std::string& name : CollectorRegistry::instance().names()) {
    const auto collector = CollectorRegistry::instance().make(name);
    for (const Metric& metric : collector->metrics())
      table.rows.push_back({text_of(metric.name), text_of(metric.unit), text_of(to_string(metric.kind)),
                            text_of(metric.labels), apart_labels(metric), text_of(metric.help),
                            text_of(metric.source)});
  }
  for (const std::string& name : WorkloadRegistry::instance().names()) {
    const auto workload = WorkloadRegistry::instance().make(name);
    for (const Metric& metric : workload->measures())
      table.rows.push_back({name + '.' + text_of(metric.name), text_of(metric.unit), text_of(to_string(metric.kind)),
                            text_of(metric.labels), apart_labels(metric), text_of(metric.help),
                            text_of(metric.source)});
  }
  return table;
}

Table testbeds() {
  Table table{{"name", "paths", "help"}, {}};
  for (const std::string& name : Registry<Testbed>::instance().names()) {
    const auto testbed = Registry<Testbed>::instance().make(name);
    const auto paths = testbed->paths();
    table.rows.push_back({name, fmt::format("{}", fmt::join(paths, ",")), text_of(testbed->help())});
  }
  return table;
}

Table knobs() {
  Table table{{"name", "unit", "scope", "help"}, {}};
  for (const std::string& name : KnobRegistry::instance().names()) {
    const auto knob = KnobRegistry::instance().make(name);
    table.rows.push_back({name, text_of(knob->unit()), knob->scope() == KnobScope::device ? "device" : "machine",
                          text_of(knob->help())});
  }
  return table;
}

std::string text_of(const Table& table) {
  std::string out;
  std::vector<std::size_t> widths(table.columns.size(), 0);
  for (const auto& row : table.rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  for (const auto& row : table.rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += i + 1 == row.size() ? row[i] : fmt::format("{:{}}  ", row[i], widths[i]);
    out += line + '\n';
  }
  return out;
}

std::string json_of(const Table& table) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const auto& row : table.rows) {
    nlohmann::ordered_json object;
    for (std::size_t i = 0; i < row.size(); ++i) object[table.columns[i]] = row[i];
    out.push_back(std::move(object));
  }
  return out.dump(2) + '\n';
}

const std::map<std::string, std::function<Table()>>& subjects() {
  static const std::map<std::string, std::function<Table()>> kSubjects{{"collectors", collectors},
                                                                       {"workloads", names_and_help<Workload>},
                                                                       {"metrics", metrics},
                                                                       {"testbeds", testbeds},
                                                                       {"knobs", knobs}};
  return kSubjects;
}

class List : public Subcommand {
 public:
  void declare(CLI::App& app) override {
    app.description("Lists the collectors, metrics, workloads, testbeds or knobs of this build");
    std::vector<std::string> names;
    for (const auto& [name, make] : subjects()) names.push_back(name);
    app.add_option("what", what_, "collectors, metrics, workloads, testbeds or knobs")
        ->required()
        ->check(CLI::IsMember(names));
    app.add_flag("--json", json_, "JSON: an array of objects");
    app.footer("Whether they work on this host is said by: sriov-bench doctor");
  }

  Result<int> run() override {
    const Table table = subjects().at(what_)();
    SRIOV_TRY(print_stdout(json_ ? json_of(table) : text_of(table)));
    return kOk;
  }

 private:
  std::string what_;
  bool json_ = false;
};

const SubcommandRegistration<List> registration{"list"};

}  // namespace
}  // namespace sriov::cli
