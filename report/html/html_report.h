// The report of a run: one HTML file that needs nothing but itself.
#pragma once

#include <string>
#include <vector>

#include "analyzers/explanations/explanation.h"
#include "core/result.h"
#include "report/html/inline_figure.h"
#include "report/open_runs.h"

namespace sriov::html {

struct ReportParts {
  ComparisonChoice choice;
  std::vector<InlineFigure> figures;
  std::string figures_missing;         ///< Why there are no figures, or fewer than there should be; or "".
  std::vector<NamedFinding> findings;  ///< What `explain` says, shown beside the verdicts; absent ones are left out.
};

/// A complete XHTML-compatible HTML5 document: no scripts, no references to anything outside. Errors as of compare().
[[nodiscard]] Result<std::string> render_report(OpenRuns& runs, const ReportParts& parts);

}  // namespace sriov::html
