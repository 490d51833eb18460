#include "report/open_runs.h"

#include <algorithm>

namespace sriov {

Result<OpenRuns> OpenRuns::open(const std::vector<std::string>& directories) {
  OpenRuns data;
  for (const std::string& directory : directories) {
    SRIOV_ASSIGN(Store store, Store::open(directory));
    SRIOV_ASSIGN(RunInfo info, store.info());
    if (info.is_recording())
      return fail("it is a recording beside a workload, not an experiment: it has no levels to put side by side",
                  directory, "sriov-bench show sums it up, export has its samples", ErrorKind::not_enough_data);
    data.stores_.push_back(std::move(store));
    data.infos_.push_back(std::move(info));
  }
  if (data.stores_.empty()) return fail_usage("no run directory was given");
  return data;
}

bool OpenRuns::any_emulated() const { return std::ranges::any_of(infos_, &RunInfo::emulated); }

Result<const Comparison*> OpenRuns::comparison(const std::string& factor, const std::string& baseline) {
  const auto known = comparisons_.find({factor, baseline});
  if (known != comparisons_.end()) return &known->second;
  SRIOV_ASSIGN(Comparison compared, compare(stores_, {factor, baseline}));
  return &comparisons_.emplace(std::pair(factor, baseline), std::move(compared)).first->second;
}

Result<const std::vector<StoredTrial>*> OpenRuns::placed(const std::string& factor) {
  const auto known = placed_.find(factor);
  if (known != placed_.end()) return &known->second;
  SRIOV_ASSIGN(std::vector<StoredTrial> trials, placed_trials(stores_, factor));
  return &placed_.emplace(factor, std::move(trials)).first->second;
}

}  // namespace sriov
