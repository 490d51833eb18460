// What can be compared in runs.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "report/open_runs.h"

namespace sriov {

struct RunFactor {
  std::string name;
  std::vector<std::string> levels;  ///< As they were written, in the order in which trials have them.
  bool is_numeric = false;          ///< All are numbers, sizes or durations: it can be an axis.
};

/// The runs' trials with their levels as they were measured; where there are several runs, with the factor "run" too.
[[nodiscard]] Result<const std::vector<StoredTrial>*> trials_of_runs(OpenRuns& runs);

/// The factors of the runs' trials that have at least two levels, by name; first of all "run", where there are several.
[[nodiscard]] Result<std::vector<RunFactor>> run_factors(OpenRuns& runs);

}  // namespace sriov
