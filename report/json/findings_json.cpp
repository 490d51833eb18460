#include "report/json/findings_json.h"

#include <nlohmann/json.hpp>

#include "host/clock.h"

namespace sriov {
namespace {

using Json = nlohmann::ordered_json;

Json cell_json(const FindingCell& cell) {
  if (cell.value) {
    Json out{{"value", *cell.value}, {"interval_95", nullptr}};
    if (cell.interval_95) out["interval_95"] = Json::array({cell.interval_95->low, cell.interval_95->high});
    return out;
  }
  return cell.text.empty() ? Json(nullptr) : Json{{"text", cell.text}};
}

Json finding_json(const NamedFinding& named, bool emulated) {
  const Finding& finding = named.finding;
  Json out{{"name", named.name},
           {"title", finding.title},
           {"absent", finding.absent.empty() ? Json(nullptr) : Json(finding.absent)},
           {"emulated_time", emulated && finding.depends_on_time},
           {"sentences", finding.sentences},
           {"columns", Json::array()},
           {"rows", Json::array()},
           {"caveats", finding.caveats}};
  for (const FindingColumn& column : finding.columns)
    out["columns"].push_back({{"heading", column.heading}, {"unit", column.unit}});
  for (const auto& row : finding.rows) {
    Json cells = Json::array();
    for (const FindingCell& cell : row) cells.push_back(cell_json(cell));
    out["rows"].push_back(std::move(cells));
  }
  return out;
}

}  // namespace

std::string findings_json(const RunData& run, const std::vector<NamedFinding>& findings) {
  const RunInfo& info = run.info();
  Json out{{"schema", 1},
           {"run", info.name},
           {"testbed", info.testbed},
           {"emulated", info.emulated},
           {"accelerator", info.accelerator},
           {"tool_version", info.tool_version},
           {"started", format_utc(info.started_unix_ns)},
           {"valid_trials", run.trials().size()},
           {"left_out", run.left_out()},
           {"findings", Json::array()}};
  for (const NamedFinding& named : findings) out["findings"].push_back(finding_json(named, info.emulated));
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace sriov
