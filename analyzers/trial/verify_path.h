// Did the bytes take the path under test? Decided by counters at both ends and in dom0.
#pragma once

#include <string>

#include "core/trial.h"

namespace sriov {

struct PathVerdict {
  bool valid = false;
  std::string reason;  ///< "guest1 eth1 carried 0.1 MB of 42 MB (to_guest)", or "" when valid.
};

/// Compares what every carrier's counter rose by over all its samples of the trial with the payload of its lane in its
/// direction over the same time (total_bytes_received of the receiving side, warm-up included). A must_carry device
/// must have moved at least 90 % of the payload; a device of another path at most 5 % of it or 64 KiB, whichever is
/// more. A trial of which nothing arrived within the counted window is invalid. A direction without payload (the way
/// back of a stream) asks nothing of must_carry devices. A carrier whose counter is absent makes the trial invalid:
/// unverified is not verified.
[[nodiscard]] PathVerdict verify_path(const TrialRecord& trial);

}  // namespace sriov
