// Experiment files: TOML in, a validated Experiment out.
#pragma once

#include <string>
#include <vector>

#include "core/experiment.h"
#include "core/result.h"

namespace sriov {

/// Reads and validates `path`. `overrides` are "key=value" as given to --set ("duration=2s", "factors.path=[\"vf\"]",
/// "workload.message_bytes=1k"). Unknown keys and values are usage errors with file:line and the nearest valid name.
[[nodiscard]] Result<Experiment> load_experiment(const std::string& path, const std::vector<std::string>& overrides);
/// The same from text; `name` is what errors call it.
[[nodiscard]] Result<Experiment> parse_experiment(const std::string& text, const std::string& name,
                                                  const std::vector<std::string>& overrides);

}  // namespace sriov
