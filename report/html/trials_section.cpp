#include <fmt/format.h>

#include "analyzers/metrics/metric_groups.h"
#include "core/experiment.h"
#include "core/format_number.h"
#include "report/html/markup.h"
#include "report/html/sections.h"

namespace sriov::html {
namespace {

std::string throughput_text(const TrialRecord& record) {
  const Quantity bps = throughput_bps(record);
  if (!bps.value) return "absent";
  const DisplayUnit unit = display_unit("bit/s", *bps.value);
  return fmt::format("{} {}", format_number(*bps.value / unit.divisor), unit.text);
}

std::string notes_of(const TrialRecord& record) {
  std::string out;
  for (const EndpointReport& entry : record.reports)
    if (!entry.report.note.empty())
      out += fmt::format("{}{}: {}", out.empty() ? "" : "; ", entry.endpoint, entry.report.note);
  return out;
}

std::string trials_of(const Store& store, const std::vector<TrialSummary>& trials, bool name_run) {
  Table left_out("Trials that do not count", {"Trial", "Conditions", "Repetition", "Attempt", "Status", "Reason"});
  Table all("Every attempt", {"Trial", "Conditions", "Repetition", "Attempt", "Status", "Throughput", "Notes"});
  for (const TrialSummary& trial : trials) {
    const TrialRecord& record = trial.record;
    std::vector<std::string> cells{std::to_string(record.planned.index), to_string(record.planned.cell),
                                   std::to_string(record.planned.repetition + 1), std::to_string(record.attempt),
                                   std::string(to_string(record.status))};
    if (record.status != TrialStatus::ok) {
      std::vector<std::string> with_reason = cells;
      with_reason.push_back(record.reason);
      left_out.add_row(with_reason);
    }
    cells.push_back(throughput_text(record));
    cells.push_back(notes_of(record));
    all.add_row(cells);
  }
  std::string out = name_run ? text_element("h3", store.directory()) : "";
  out += left_out.empty() ? text_element("p", "All trials that were run count.") : left_out.text();
  if (!all.empty()) out += details(fmt::format("All {} attempts", trials.size()), all.text());
  return out;
}

}  // namespace

Result<std::string> trials_section(const OpenRuns& runs) {
  std::string content;
  for (const Store& store : runs.stores()) {
    SRIOV_ASSIGN(const std::vector<TrialSummary> trials, store.trials());
    content += trials_of(store, trials, runs.stores().size() > 1);
  }
  return section("trials", "Trials", content);
}

Result<std::string> data_section(const OpenRuns& runs) {
  std::string content;
  for (const Store& store : runs.stores()) {
    if (runs.stores().size() > 1) content += text_element("h3", store.directory());
    SRIOV_ASSIGN(const std::vector<std::string> events, store.events());
    content += events.empty() ? text_element("p", "No events were noted.") : list(events, " class=\"events\"");
    Table files(store.directory(), {"File", "Contents"});
    files.add_row({"run.sqlite", "everything that was measured; sriov-bench export writes it as CSV"});
    files.add_row({"experiment.toml", "the experiment as it was run"});
    files.add_row({"logs/", "logs of the controller and the agents"});
    content += files.text();
  }
  return section("data", "Events and data", content);
}

}  // namespace sriov::html
