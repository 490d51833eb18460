// What went wrong within a trial, found in the series of its samples.
#pragma once

#include <string>
#include <vector>

#include "core/trial.h"

namespace sriov {

struct Anomaly {
  double at_s = 0;      ///< Since the trial began, on the controller's clock: when it was worst.
  std::string where;    ///< "guest1 eth1".
  std::string what;     ///< "level change", "drops", "interrupt storm", …: a kind.
  std::string size;     ///< "throughput fell by 42 %".
  std::string meaning;  ///< What usually is behind it.
};

/// Looks at the counted window alone. Each kind has a least size below which it is not told, so that what every healthy
/// trial has a little of raises no alarm; the sizes are in docs/method.md. Sorted by time.
[[nodiscard]] std::vector<Anomaly> scan_anomalies(const TrialRecord& trial);

}  // namespace sriov
