// The report of a run: one HTML file that needs nothing but itself.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "report/html/inline_figure.h"
#include "report/run_data.h"

namespace sriov::html {

struct ReportParts {
  ComparisonChoice choice;
  std::vector<InlineFigure> figures;
  std::string figures_missing;        ///< Why there are no figures, or fewer than there should be; or "".
  std::vector<std::string> findings;  ///< Sentences of further analyses, shown beside the verdicts.
};

/// A complete XHTML-compatible HTML5 document: no scripts, no references to anything outside. Errors as of compare().
[[nodiscard]] Result<std::string> render_report(RunData& runs, const ReportParts& parts);

}  // namespace sriov::html
