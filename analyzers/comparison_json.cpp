#include <nlohmann/json.hpp>

#include "analyzers/render_comparison.h"
#include "host/clock.h"

namespace sriov {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const std::optional<Interval>& interval) {
  if (!interval) return nullptr;
  return Json::array({interval->low, interval->high});
}

Json to_json(const std::string& level, const ComparisonCell& cell) {
  Json out{{"level", level}};
  if (!cell.summary) {
    out["why_absent"] = cell.why;
    return out;
  }
  out["n"] = cell.summary->n;
  out["mean"] = cell.summary->mean;
  out["median"] = cell.summary->median;
  out["standard_deviation"] = cell.summary->standard_deviation;
  out["mean_95"] = to_json(cell.summary->mean_95);
  out["median_95"] = to_json(cell.summary->median_95);
  return out;
}

Json to_json(const ComparisonTable& table, const ComparisonRow& row) {
  Json out{{"metric", row.metric}, {"unit", row.unit}, {"label", row.label}, {"levels", Json::array()}};
  for (std::size_t i = 0; i < row.cells.size(); ++i) out["levels"].push_back(to_json(table.levels[i], row.cells[i]));
  out["pairs"] = row.pairs;
  out["ratio"] = row.ratio ? Json(row.ratio->value) : Json(nullptr);
  out["ratio_95"] = row.ratio ? to_json(row.ratio->interval_95) : Json(nullptr);
  return out;
}

Json to_json(const ComparisonTable& table) {
  Json out{{"condition", table.condition}, {"factor", table.factor},     {"levels", table.levels},
           {"compared", table.compared},   {"baseline", table.baseline}, {"valid_trials", table.valid_trials},
           {"left_out", table.left_out},   {"rows", Json::array()},      {"verdicts", table.verdicts}};
  for (const ComparisonRow& row : table.rows) out["rows"].push_back(to_json(table, row));
  return out;
}

}  // namespace

std::string comparison_json(const Comparison& comparison) {
  const RunInfo& run = comparison.run;
  Json out{{"run", run.name},
           {"testbed", run.testbed},
           {"emulated", run.emulated},
           {"accelerator", run.accelerator},
           {"tool_version", run.tool_version},
           {"started", format_utc(run.started_unix_ns)},
           {"planned_trials", run.planned_trials},
           {"caveats", comparison.caveats},
           {"tables", Json::array()}};
  for (const ComparisonTable& table : comparison.tables) out["tables"].push_back(to_json(table));
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace sriov
