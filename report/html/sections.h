// The parts of the report, one file each.
#pragma once

#include <string>

#include "report/html/html_report.h"

namespace sriov::html {

/// The style sheet: light, dark and print.
[[nodiscard]] std::string style_sheet();
/// What was run where: testbed, hardware, dates, experiment file.
[[nodiscard]] std::string runs_section(const OpenRuns& runs);
/// Verdicts in words, and findings of further analyses.
[[nodiscard]] std::string verdicts_section(const Comparison& comparison, const ReportParts& parts);
/// What a reader must know before the numbers.
[[nodiscard]] std::string caveats_section(const Comparison& comparison);
/// A table a condition, as compare shows it; details folded.
[[nodiscard]] std::string comparison_section(const Comparison& comparison);
/// How the numbers were formed, in words.
[[nodiscard]] std::string method_section(const Comparison& comparison);
/// The facts of every endpoint and what changed during the run.
[[nodiscard]] Result<std::string> environment_section(const OpenRuns& runs);
/// Trials that do not count, with reasons; then all of them.
[[nodiscard]] Result<std::string> trials_section(const OpenRuns& runs);
/// Events of the runs, and the files that hold the data.
[[nodiscard]] Result<std::string> data_section(const OpenRuns& runs);

}  // namespace sriov::html
