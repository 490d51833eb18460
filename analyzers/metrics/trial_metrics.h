// From raw samples and reports to the numbers of one trial.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/sample_block.h"
#include "core/trial.h"

namespace sriov {

/// One number of one trial, ready for tables and CSV.
struct TrialMetric {
  std::string name;  ///< "throughput_bps", "cpu_percent.dom0", "interrupts_per_s.guest1", "latency_p99_us", …
  std::string unit;
  std::string label;            ///< Column heading for people: "dom0 CPU".
  std::optional<double> value;  ///< Absent when it could not be known; then `why`.
  std::string why;
};

/// Everything the comparison shows, over the workload's window aligned to each endpoint's clock.
[[nodiscard]] std::vector<TrialMetric> trial_metrics(const TrialRecord& trial);

/// Increase of a counter between two instants of the endpoint's clock, by linear interpolation between rows; a wrap at
/// 2^32 is recognised. nullopt when the samples do not cover the window or the counter was reset inside it (counter.h
/// tells which).
[[nodiscard]] std::optional<double> increase(const SampleBlock& block, std::size_t column, std::int64_t from_ns,
                                             std::int64_t to_ns);

}  // namespace sriov
