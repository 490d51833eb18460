#include "report/json/comparison_json.h"

#include <nlohmann/json.hpp>

#include "host/clock.h"

namespace sriov {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const std::optional<Interval>& interval) {
  if (!interval) return nullptr;
  return Json::array({interval->low, interval->high});
}

Json to_json(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

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
  out["paired"] = row.is_paired;
  const auto& contrast = row.contrast;
  out["difference"] = contrast ? Json(contrast->difference.value) : Json(nullptr);
  out["difference_95"] = contrast ? to_json(contrast->difference.interval_95) : Json(nullptr);
  out["p"] = contrast ? to_json(contrast->p_value()) : Json(nullptr);
  out["p_adjusted"] = to_json(row.adjusted_p);
  out["p_of_ranks"] = contrast ? to_json(contrast->rank_p) : Json(nullptr);
  out["cliffs_delta"] = contrast ? to_json(contrast->cliffs_delta) : Json(nullptr);
  out["detectable_percent"] = contrast ? to_json(contrast->detectable_percent) : Json(nullptr);
  out["verdict"] = to_string(row.verdict);
  return out;
}

Json to_json(const ComparisonTable& table) {
  Json out{{"condition", table.condition}, {"factor", table.factor},     {"levels", table.levels},
           {"compared", table.compared},   {"baseline", table.baseline}, {"valid_trials", table.valid_trials},
           {"left_out", table.left_out},   {"rows", Json::array()},      {"verdicts", table.verdicts}};
  for (const ComparisonRow& row : table.rows) out["rows"].push_back(to_json(table, row));
  return out;
}

/// How each trial that counts went.
Json trials_json(const std::vector<AssessedTrial>& trials) {
  Json out = Json::array();
  const std::vector<bool> drifts = drifting(trials);
  for (std::size_t i = 0; i < trials.size(); ++i) {
    Json one{{"run", trials[i].run},
             {"trial", trials[i].planned.index},
             {"repetition", trials[i].planned.repetition + 1},
             {"factors", trials[i].planned.cell}};
    one.update(course_json(trials[i], drifts[i]));
    out.push_back(std::move(one));
  }
  return out;
}

Json to_json(const GateOutcome& outcome) {
  return {{"gate", outcome.gate.text},
          {"condition", outcome.condition},
          {"metric", outcome.metric},
          {"verdict", to_string(outcome.verdict)},
          {"change_percent", to_json(outcome.change_percent)},
          {"change_percent_95", to_json(outcome.change_95)},
          {"words", outcome.words}};
}

}  // namespace

std::string comparison_json(const Comparison& comparison, const std::vector<GateOutcome>& gates) {
  const RunInfo& run = comparison.run;
  Json out{{"schema", 2},
           {"run", run.name},
           {"testbed", run.testbed},
           {"emulated", run.emulated},
           {"accelerator", run.accelerator},
           {"tool_version", run.tool_version},
           {"started", format_utc(run.started_unix_ns)},
           {"planned_trials", run.planned_trials},
           {"caveats", comparison.caveats},
           {"trials", trials_json(comparison.trials)},
           {"tables", Json::array()}};
  for (const ComparisonTable& table : comparison.tables) out["tables"].push_back(to_json(table));
  if (!gates.empty()) out["gates"] = Json::array();
  for (const GateOutcome& gate : gates) out["gates"].push_back(to_json(gate));
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace sriov
