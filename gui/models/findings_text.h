// What `sriov-bench explain` says of the runs that are open.
#pragma once

#include <QString>
#include <string>
#include <vector>

#include "gui/models/run_set.h"

namespace sriov::gui {

/// For a worker's thread: reads all samples. The text of each experiment after the other; of one that explains nothing
/// why. `only` as of explain().
[[nodiscard]] QString findings_text(const RunSet& runs, const std::vector<std::string>& only, JobControl& control);

}  // namespace sriov::gui
