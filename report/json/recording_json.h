// A recording for programs: what `record --json` and `show --json` print of it.
#pragma once

#include <string>

#include "analyzers/recording/recording_summary.h"

namespace sriov {

/// Everything in it, as a JSON object.
[[nodiscard]] std::string recording_json(const RecordingSummary& summary);

}  // namespace sriov
