#include "workloads/adapters/tool_workload.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "workloads/engine/halt.h"

namespace sriov {
namespace {

/// Options that concern the run, not the tool.
bool is_of_every_run(std::string_view option) {
  return option == "message_bytes" || option == "interval" || option == "client_cpus" || option == "server_cpus";
}

}  // namespace

Result<void> check_tool_spec(const ToolProfile& profile, const WorkloadSpec& spec) {
  const std::string_view name = profile.describe.name;
  if (auto valid = validate_spec(spec, profile.describe.limits); !valid) return tl::unexpected(valid.error().at(name));
  const WorkloadSpec defaults;
  for (const WorkloadOption& option : shared_options()) {
    const bool known = std::find(profile.options.begin(), profile.options.end(), option.name) != profile.options.end();
    if (known || is_of_every_run(option.name) || option.get(spec) == option.get(defaults)) continue;
    return fail_usage(fmt::format("{} cannot be told {} = {}", profile.tool, option.name, option.get(spec)),
                      std::string(name), "leave it out, or give it in the [workload.NAME] tables of the others");
  }
  if (profile.describe.check == nullptr) return {};
  if (auto valid = profile.describe.check(spec); !valid) return tl::unexpected(valid.error().at(name));
  return {};
}

std::vector<ToolRun> warmup_then_window(const WorkloadSpec& spec) {
  std::vector<ToolRun> runs;
  if (spec.warmup_ns > 0) runs.push_back({{spec.warmup_ns, 0, 0}, true});
  runs.push_back({{0, spec.duration_ns, 0}, false});
  return runs;
}

Result<void> check_whole_seconds(std::string_view tool, const WorkloadSpec& spec) {
  if (spec.duration_ns % kNsPerSecond == 0) return {};
  return fail_usage(fmt::format("{} runs for whole seconds: {} are none", tool, format_duration(spec.duration_ns)), "",
                    "give a duration such as 5s");
}

std::string seconds_up(std::int64_t ns) { return std::to_string((ns + kNsPerSecond - 1) / kNsPerSecond); }

}  // namespace sriov
