#include "analyzers/explanations/explanation.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.h"

namespace sriov {

std::vector<std::string> explanation_names() {
  const auto& registry = Registry<Explanation>::instance();
  std::vector<std::string> names = registry.names();
  std::stable_sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
    return registry.make(a)->place() < registry.make(b)->place();
  });
  return names;
}

Result<std::vector<NamedFinding>> explain(const RunData& run, const std::vector<std::string>& only) {
  const std::vector<std::string> all = explanation_names();
  for (const std::string& name : only) {
    if (std::find(all.begin(), all.end(), name) != all.end()) continue;
    const std::string near = nearest(name, all);
    return fail_usage(fmt::format("there is no explanation '{}'", name), "--only",
                      near.empty() ? "there are " + join(all, ", ") : fmt::format("did you mean '{}'?", near));
  }
  std::vector<NamedFinding> out;
  for (const std::string& name : all) {
    if (!only.empty() && std::find(only.begin(), only.end(), name) == only.end()) continue;
    SRIOV_ASSIGN(Finding finding, Registry<Explanation>::instance().make(name)->explain(run));
    out.push_back({name, std::move(finding)});
  }
  return out;
}

}  // namespace sriov
