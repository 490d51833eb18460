#include "report/run_factors.h"

#include <algorithm>
#include <map>

#include "core/text.h"

namespace sriov {
namespace {

bool is_number(const std::string& level) {
  return to_double(level).has_value() || parse_bytes(level).has_value() || parse_duration_ns(level).has_value();
}

}  // namespace

Result<const std::vector<StoredTrial>*> trials_of_runs(OpenRuns& runs) {
  return runs.placed(runs.stores().size() > 1 ? std::string(kRunFactor) : "");
}

Result<std::vector<RunFactor>> run_factors(OpenRuns& runs) {
  std::map<std::string, std::vector<std::string>> levels;
  SRIOV_ASSIGN(const auto* trials, trials_of_runs(runs));
  for (const StoredTrial& trial : *trials)
    for (const auto& [factor, level] : trial.record().planned.cell)
      if (std::ranges::find(levels[factor], level) == levels[factor].end()) levels[factor].push_back(level);
  std::vector<RunFactor> out;
  for (auto& [factor, of_factor] : levels) {
    if (of_factor.size() < 2) continue;
    const bool is_run = factor == kRunFactor;
    out.insert(is_run ? out.begin() : out.end(),
               RunFactor{factor, of_factor, !is_run && std::ranges::all_of(of_factor, is_number)});
  }
  return out;
}

}  // namespace sriov
