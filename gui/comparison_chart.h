// One metric's bars, a bar a level, with 95 % intervals as whiskers.
#pragma once

#include <QChart>
#include <memory>

#include "analyzers/comparison.h"

namespace sriov::gui {

/// Builds the chart of `row`. Levels without a value are left empty. `emulated` puts the label into the title.
[[nodiscard]] std::unique_ptr<QChart> comparison_chart(const ComparisonTable& table, const ComparisonRow& row,
                                                       bool emulated);

}  // namespace sriov::gui
