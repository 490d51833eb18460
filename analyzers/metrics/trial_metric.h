// One number of one trial.
#pragma once

#include <optional>
#include <string>

namespace sriov {

/// One number of one trial, ready for tables and CSV.
struct TrialMetric {
  std::string name;  ///< "throughput_bps", "cpu_percent.dom0", "interrupts_per_s.guest1", "latency_p99_us", …
  std::string unit;
  std::string label;            ///< Column heading for people: "dom0 CPU".
  std::optional<double> value;  ///< Absent when it could not be known; then `why`.
  std::string why;
};

}  // namespace sriov
