// The stored round-trip times of runs, merged over repetitions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/histogram.h"
#include "core/result.h"
#include "report/figure.h"

namespace sriov {

/// The latencies of one condition.
struct Latencies {
  std::string condition;                                  ///< "workload=tcp_rr".
  std::vector<std::pair<std::string, Histogram>> levels;  ///< In the order of the comparison's levels.
  double divisor = 1;                                     ///< From ns to `unit`.
  std::string unit;                                       ///< "µs" or "ms", by the longest median.
};

/// The round-trip time that `share` of them did not exceed, in units of `divisor` ns; above 0, for logarithmic axes.
[[nodiscard]] double latency_at(const Histogram& latencies, double share, double divisor);

/// All round trips of the valid trials, by condition: those that have the levels of `choice.condition`. A usage error
/// when there is no such condition; not_enough_data when no trial measured latencies.
[[nodiscard]] Result<std::vector<Latencies>> merged_latencies(OpenRuns& runs, const FigureChoice& choice);

}  // namespace sriov
