// The samples of one collector on one endpoint during one trial.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/metric.h"

namespace sriov {

/// A value that could not be known at that instant. Never confused with 0.
inline constexpr std::int64_t kAbsent = std::numeric_limits<std::int64_t>::min();

/// Rows are sampling instants, columns are series. Raw values, as the source gave them.
struct SampleBlock {
  std::string endpoint;                            ///< "dom0", "guest1", "peer".
  std::string collector;                           ///< "interrupts".
  std::vector<Series> series;                      ///< One per column.
  std::vector<std::int64_t> begin_ns;              ///< CLOCK_MONOTONIC of the endpoint when reading of the row began.
  std::vector<std::int64_t> end_ns;                ///< … and when it ended: a sample is an interval, not an instant.
  std::vector<std::vector<std::int64_t>> columns;  ///< columns[series][row]; kAbsent where unknown.

  [[nodiscard]] std::size_t rows() const { return begin_ns.size(); }
};

}  // namespace sriov
