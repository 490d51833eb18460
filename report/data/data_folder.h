// The numbers of a report for other programs: LaTeX, R and Python.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "report/report_figures.h"

namespace sriov {

/// Writes into `directory` (made when it is not there): for every figure that has data NAME-1.dat … and NAME.tex,
/// wide.csv and summary.csv of the first run, and load.R and load.py that read them. Figures without data are left out.
[[nodiscard]] Result<void> write_data_folder(OpenRuns& runs, const std::vector<FigureRequest>& requests,
                                             const std::string& directory);

}  // namespace sriov
