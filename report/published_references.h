// Published numbers beside a figure's marks.
#pragma once

#include <string>

#include "core/result.h"
#include "report/figure.h"

namespace sriov {

/// Adds to `data`, whose series are paths, what configs/published has of `metric` (TrialMetric::name) on these paths in
/// a unit that the y axis can show; the note says where each is from. Of no weight in anything that is computed.
[[nodiscard]] Result<void> add_published(FigureData& data, const std::string& metric);

}  // namespace sriov
