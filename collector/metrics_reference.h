// docs/metrics.md, made from what the collectors declare.
#pragma once

#include <string>

namespace sriov {

/// The reference of every registered collector's metrics as Markdown: one table a collector.
[[nodiscard]] std::string metrics_markdown();

}  // namespace sriov
