// Runs opened once and compared once, for everything that is made of them.
#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "analyzers/comparison/comparison.h"
#include "core/result.h"
#include "store/store.h"

namespace sriov {

/// A report and its figures ask for the same comparisons and trials many times; each is computed at the first asking.
/// Not for several threads.
class OpenRuns {
 public:
  /// Opens every directory. A recording is refused: it has no levels to show.
  [[nodiscard]] static Result<OpenRuns> open(const std::vector<std::string>& directories);

  [[nodiscard]] std::span<const Store> stores() const { return stores_; }
  [[nodiscard]] const RunInfo& first() const { return infos_.front(); }
  [[nodiscard]] const std::vector<RunInfo>& infos() const { return infos_; }
  [[nodiscard]] bool any_emulated() const;

  /// compare(), remembered. The reference is valid as long as this object.
  [[nodiscard]] Result<const Comparison*> comparison(const std::string& factor, const std::string& baseline);
  /// placed_trials(), remembered.
  [[nodiscard]] Result<const std::vector<StoredTrial>*> placed(const std::string& factor);

 private:
  std::vector<Store> stores_;
  std::vector<RunInfo> infos_;
  std::map<std::pair<std::string, std::string>, Comparison> comparisons_;
  std::map<std::string, std::vector<StoredTrial>> placed_;
};

}  // namespace sriov
