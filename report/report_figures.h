// Which figures a report has.
#pragma once

#include <string>
#include <vector>

#include "report/figure.h"

namespace sriov {

struct FigureRequest {
  std::string chart;
  FigureChoice choice;
};

/// Bars of the metrics that papers show, the changes of every condition, distributions and a time line where the run
/// has what they need. A request can still turn out to have no data.
[[nodiscard]] Result<std::vector<FigureRequest>> report_figures(OpenRuns& runs, const ComparisonChoice& choice);

/// "03-ratios": the name of the request's files, without ending. Plain ASCII whatever the condition is called.
[[nodiscard]] std::string file_name(const FigureRequest& request, std::size_t position);

/// The batch for sriov-bench-gui that writes every request as DIRECTORY/file_name().ENDING.
[[nodiscard]] std::string batch_json(const std::vector<FigureRequest>& requests, const std::string& directory,
                                     const std::string& ending);

}  // namespace sriov
