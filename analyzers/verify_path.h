// Did the bytes take the path under test? Decided by counters at both ends and in dom0.
#pragma once

#include <string>

#include "core/trial.h"

namespace sriov {

struct PathVerdict {
  bool valid = false;
  std::string reason;  ///< "guest1 eth1 carried 0.1 MB of 42 MB (to_guest)", or "" when valid.
};

/// Compares every carrier's counter increase over the workload's window with the payload bytes reported. A must_carry
/// device must have moved at least 90 % of the payload in its direction; a quiet one at most 5 % (and 64 KiB) of it.
/// A carrier whose counter is absent makes the trial invalid: unverified is not verified.
[[nodiscard]] PathVerdict verify_path(const TrialRecord& trial);

}  // namespace sriov
