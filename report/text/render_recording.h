// A recording for people: what `record` and `show` print of it.
#pragma once

#include <string>

#include "analyzers/recording/recording_summary.h"
#include "report/text/text_table.h"

namespace sriov {

/// Tables: sampling, what moved, and what of it per packet and MiB. Counters that stood still are counted, not listed.
[[nodiscard]] std::string render_recording(const RecordingSummary& summary, const TextStyle& style);

}  // namespace sriov
