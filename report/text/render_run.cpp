#include "report/text/render_run.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "analyzers/assessment/assess_run.h"
#include "analyzers/comparison/comparison.h"
#include "analyzers/metrics/metric_groups.h"
#include "analyzers/metrics/micro_metrics.h"
#include "analyzers/recording/recording_summary.h"
#include "core/format_number.h"
#include "core/text.h"
#include "host/clock.h"
#include "report/rendered_run.h"
#include "report/text/render_environment.h"
#include "report/text/render_micro.h"
#include "report/text/render_recording.h"

namespace sriov {
namespace {

struct Counts {
  std::size_t ok = 0;
  std::size_t invalid = 0;
  std::size_t failed = 0;
};

Counts count(const std::vector<TrialSummary>& trials) {
  Counts counts;
  for (const TrialSummary& trial : trials) {
    if (trial.record.status == TrialStatus::ok) ++counts.ok;
    if (trial.record.status == TrialStatus::invalid) ++counts.invalid;
    if (trial.record.status == TrialStatus::failed) ++counts.failed;
  }
  return counts;
}

std::string render_header(const RunInfo& run, const std::vector<TrialSummary>& trials, const TextStyle& style) {
  const Counts counts = count(latest_attempts(trials));
  std::string out = style.bold(run.name) + "\n";
  if (!run.description.empty()) out += fmt::format("{}\n", run.description);
  const std::string hardware = hardware_label(run);
  if (run.is_recording())
    out += "recorded beside a workload of its own: no testbed, no verified path\n";
  else
    out += fmt::format("testbed:  {}, {}\n", run.testbed, run.emulated ? style.warning(hardware) : hardware);
  out += fmt::format("started:  {}\n", format_utc(run.started_unix_ns));
  if (run.finished_unix_ns == 0 && run.is_recording())
    out += "finished: no (it still records, or was cut off)\n";
  else
    out += run.finished_unix_ns == 0 ? "finished: no (continue it with --resume)\n"
                                     : fmt::format("finished: {}\n", format_utc(run.finished_unix_ns));
  out += fmt::format("tool:     sriov-bench {}\n", run.tool_version);
  if (run.is_recording()) return out;
  out += fmt::format("trials:   {} ok, {} invalid, {} failed of {} planned\n", counts.ok, counts.invalid, counts.failed,
                     run.planned_trials);
  return out;
}

std::string throughput_text(const TrialRecord& record) {
  const Quantity bps = throughput_bps(record);
  if (!bps.value) return "absent";
  const DisplayUnit unit = display_unit("bit/s", *bps.value);
  return fmt::format("{} {}", format_number(*bps.value / unit.divisor), unit.text);
}

std::string render_trials(const std::vector<TrialSummary>& trials, const std::map<std::int64_t, std::string>& courses,
                          const TextStyle& style) {
  std::set<std::string> factors;
  for (const TrialSummary& trial : trials)
    for (const auto& [factor, level] : trial.record.planned.cell) factors.insert(factor);
  std::vector<TextColumn> columns{{"trial", Align::right}};
  for (const std::string& factor : factors) columns.push_back({factor, Align::left});
  for (const char* heading : {"repetition", "attempt"}) columns.push_back({heading, Align::right});
  columns.push_back({"status", Align::left});
  const bool has_traffic = !std::ranges::all_of(trials, is_micro, &TrialSummary::record);
  if (has_traffic) columns.push_back({"throughput", Align::right});
  if (!courses.empty()) columns.push_back({"course", Align::left});
  columns.push_back({"reason", Align::left});
  TextTable table(columns);
  for (const TrialSummary& trial : trials) {
    const TrialRecord& record = trial.record;
    std::vector<std::string> cells{std::to_string(record.planned.index)};
    for (const std::string& factor : factors) {
      const auto level = record.planned.cell.find(factor);
      cells.push_back(level == record.planned.cell.end() ? "" : level->second);
    }
    cells.push_back(std::to_string(record.planned.repetition + 1));
    cells.push_back(std::to_string(record.attempt));
    const std::string status(to_string(record.status));
    cells.push_back(record.status == TrialStatus::ok ? status : style.warning(status));
    if (has_traffic) cells.push_back(throughput_text(record));
    const auto course = courses.find(trial.id);
    if (!courses.empty()) cells.push_back(course == courses.end() ? "" : course->second);
    cells.push_back(record.reason);
    table.add_row(std::move(cells));
  }
  return table.empty() ? "\nNo trial was finished.\n" : "\n" + table.text(style);
}

/// How the valid ones that count went, by their ids.
Result<std::map<std::int64_t, std::string>> courses_of(const Store& store, const std::vector<TrialSummary>& trials) {
  SRIOV_ASSIGN(const AssessedRun assessed, assess_run(store, trials));
  std::map<std::int64_t, std::string> out;
  for (std::size_t i = 0; i < assessed.trials.size(); ++i)
    out[assessed.ids[i]] = course_text(assessed.trials[i], assessed.drifts[i]);
  return out;
}

/// After trials of micro-benchmarks: what they say.
Result<std::string> render_timed(const Store& store, const std::vector<TrialSummary>& trials, const TextStyle& style) {
  const bool any = std::ranges::any_of(
      trials, [](const TrialRecord& record) { return is_micro(record) && record.status == TrialStatus::ok; },
      &TrialSummary::record);
  if (!any) return "";
  SRIOV_ASSIGN(const Comparison comparison, compare(store, std::string(kMicroFactor)));
  return "\n" + render_micro(comparison, style);
}

/// In the place of the trials: what was sampled, of each part of it.
Result<std::string> render_recordings(const Store& store, const std::vector<TrialSummary>& trials,
                                      const TextStyle& style) {
  std::string out;
  for (const TrialSummary& trial : trials) {
    SRIOV_ASSIGN(const RecordingSummary summary, summarize_recording(store, trial.id));
    out += "\n" + render_recording(summary, style);
    if (!trial.record.reason.empty()) out += "\n" + style.warning(trial.record.reason) + "\n";
  }
  return out.empty() ? "\nNothing was recorded.\n" : out;
}

std::string render_notes(const std::vector<TrialSummary>& trials) {
  std::string out;
  for (const TrialSummary& trial : trials)
    for (const EndpointReport& entry : trial.record.reports)
      if (!entry.report.note.empty())
        out += fmt::format("  trial {}, {}: {}\n", trial.record.planned.index, entry.endpoint, entry.report.note);
  return out;
}

}  // namespace

Result<RenderedRun> render_run(const Store& store, const TextStyle& style, EnvironmentDetail detail) {
  SRIOV_ASSIGN(const RunInfo run, store.info());
  SRIOV_ASSIGN(const auto environments, store.environments());
  SRIOV_ASSIGN(const auto trials, store.trials());
  SRIOV_ASSIGN(const auto events, store.events());
  RenderedRun out;
  out.text = render_header(run, trials, style);
  if (run.emulated && !run.is_recording())
    out.text += style.warning("Times and throughputs are the emulator's, not hardware's.") + "\n";
  out.text += render_environments(environments, detail, style);
  if (run.is_recording()) {
    SRIOV_ASSIGN(const std::string recorded, render_recordings(store, trials, style));
    out.text += recorded;
  } else {
    SRIOV_ASSIGN(const auto courses, courses_of(store, trials));
    out.text += render_trials(trials, courses, style);
    SRIOV_ASSIGN(const std::string timed, render_timed(store, trials, style));
    out.text += timed;
  }
  const std::string notes = render_notes(trials);
  if (!notes.empty()) out.text += "\n" + style.bold("notes of the workload") + "\n" + notes;
  if (!events.empty()) out.text += "\n" + style.bold("events") + "\n";
  for (const std::string& event : events) out.text += fmt::format("  {}\n", event);
  const std::vector<std::string> damage = store.damage();
  if (!damage.empty()) out.text += "\n" + style.warning("damaged, left out") + "\n";
  for (const std::string& what : damage) out.text += fmt::format("  {}\n", what);
  out.has_valid_trial = has_valid(trials);
  return out;
}

}  // namespace sriov
