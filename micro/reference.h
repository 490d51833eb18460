// docs/micro-benchmarks.md, made from what the micro-benchmarks declare.
#pragma once

#include <string>

namespace sriov {

/// Every registered micro-benchmark as Markdown.
[[nodiscard]] std::string micro_markdown();

}  // namespace sriov
