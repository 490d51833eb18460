#include <fmt/format.h>

#include "host/clock.h"
#include "report/html/markup.h"
#include "report/html/sections.h"
#include "report/rendered_run.h"

namespace sriov::html {

std::string runs_section(const OpenRuns& runs) {
  std::string content;
  for (std::size_t i = 0; i < runs.infos().size(); ++i) {
    const RunInfo& run = runs.infos()[i];
    Table table(runs.infos().size() > 1 ? runs.stores()[i].directory() : "", {"Fact", "Value"});
    table.add_row({"Experiment", run.name});
    table.add_row({"Testbed", run.testbed});
    table.add_row({"Hardware", hardware_label(run)});
    table.add_row({"Started", format_utc(run.started_unix_ns)});
    table.add_row({"Finished", run.finished_unix_ns == 0 ? "no" : format_utc(run.finished_unix_ns)});
    table.add_row({"Measured with", "sriov-bench " + run.tool_version});
    table.add_row({"Trials planned", std::to_string(run.planned_trials)});
    content += table.text();
    content += details("Experiment file as it was run", text_element("pre", run.experiment_toml));
  }
  return section("run", "What was run", content);
}

}  // namespace sriov::html
