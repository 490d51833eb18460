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

Result<std::vector<RunFactor>> run_factors(OpenRuns& runs) {
  std::map<std::string, std::vector<std::string>> levels;
  SRIOV_ASSIGN(const auto* trials, runs.placed(""));
  for (const StoredTrial& trial : *trials)
    for (const auto& [factor, level] : trial.record().planned.cell)
      if (std::ranges::find(levels[factor], level) == levels[factor].end()) levels[factor].push_back(level);
  std::vector<RunFactor> out;
  if (runs.stores().size() > 1) {
    out.push_back({std::string(kRunFactor), {}, false});
    for (const Store& store : runs.stores()) out.back().levels.push_back(store.directory());
  }
  for (auto& [factor, of_factor] : levels)
    if (of_factor.size() > 1) out.push_back({factor, of_factor, std::ranges::all_of(of_factor, is_number)});
  return out;
}

}  // namespace sriov
