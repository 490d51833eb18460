// The facts of the machines as text: what `show` prints of them.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "report/text/text_table.h"

namespace sriov {

enum class EnvironmentDetail {
  brief,  ///< One table a machine; of its network devices only what they are.
  full,   ///< And a table for every network device, the interrupt lines, and what is nested deeper.
};

/// `environments`: environment_json() by endpoint; what is no JSON object is left out.
[[nodiscard]] std::string render_environments(const std::map<std::string, std::string>& environments,
                                              EnvironmentDetail detail, const TextStyle& style);

}  // namespace sriov
