#include "report/json/run_json.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "analyzers/assessment/assess_run.h"
#include "analyzers/metrics/metric_groups.h"
#include "analyzers/recording/recording_summary.h"
#include "host/clock.h"
#include "report/json/recording_json.h"

namespace sriov {
namespace {

using Json = nlohmann::ordered_json;

/// Facts as they were stored; null for what is no JSON.
Json machines(const std::map<std::string, std::string>& environments) {
  Json out = Json::object();
  for (const auto& [endpoint, text] : environments) {
    Json facts = Json::parse(text, nullptr, false);
    out[endpoint.empty() ? "testbed" : endpoint] = facts.is_discarded() ? Json() : std::move(facts);
  }
  return out;
}

Json trial_json(const TrialRecord& record) {
  const Quantity bps = throughput_bps(record);
  Json out{{"trial", record.planned.index},
           {"attempt", record.attempt},
           {"repetition", record.planned.repetition + 1},
           {"factors", record.planned.cell},
           {"status", to_string(record.status)},
           {"reason", record.reason},
           {"started", format_utc(record.started_unix_ns)},
           {"throughput_bps", bps.value ? Json(*bps.value) : Json()},
           {"notes", Json::array()}};
  for (const EndpointReport& entry : record.reports)
    if (!entry.report.note.empty()) out["notes"].push_back({{"endpoint", entry.endpoint}, {"text", entry.report.note}});
  return out;
}

Result<Json> recordings(const Store& store, const std::vector<TrialSummary>& trials) {
  Json out = Json::array();
  for (const TrialSummary& trial : trials) {
    SRIOV_ASSIGN(const RecordingSummary summary, summarize_recording(store, trial.id));
    Json one{{"status", to_string(trial.record.status)}, {"reason", trial.record.reason}};
    one.update(Json::parse(recording_json(summary)));
    out.push_back(std::move(one));
  }
  return out;
}

Result<Json> trials_json(const Store& store, const std::vector<TrialSummary>& trials) {
  SRIOV_ASSIGN(const AssessedRun assessed, assess_run(store, trials));
  Json out = Json::array();
  for (const TrialSummary& trial : trials) {
    Json one = trial_json(trial.record);
    const auto found = std::ranges::find(assessed.ids, trial.id);
    const auto place = static_cast<std::size_t>(found - assessed.ids.begin());
    one["course"] = found == assessed.ids.end() ? Json() : course_json(assessed.trials[place], assessed.drifts[place]);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

Result<RenderedRun> run_json(const Store& store) {
  SRIOV_ASSIGN(const RunInfo run, store.info());
  SRIOV_ASSIGN(const auto environments, store.environments());
  SRIOV_ASSIGN(const auto trials, store.trials());
  SRIOV_ASSIGN(const auto events, store.events());
  Json out{{"run", run.name},
           {"kind", run.is_recording() ? "recording" : "experiment"},
           {"description", run.description},
           {"testbed", run.testbed},
           {"emulated", run.emulated},
           {"accelerator", run.accelerator},
           {"tool_version", run.tool_version},
           {"started", format_utc(run.started_unix_ns)},
           {"finished", run.finished_unix_ns == 0 ? Json() : Json(format_utc(run.finished_unix_ns))},
           {"planned_trials", run.planned_trials},
           {"machines", machines(environments)}};
  if (run.is_recording()) {
    SRIOV_ASSIGN(out["recordings"], recordings(store, trials));
  } else {
    SRIOV_ASSIGN(out["trials"], trials_json(store, trials));
  }
  out["events"] = events;
  out["damage"] = store.damage();
  RenderedRun json;
  json.text = out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  json.has_valid_trial = has_valid(trials);
  return json;
}

}  // namespace sriov
