// The table of a run: a row per metric, a column per level of the compared factor.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzers/statistics.h"
#include "analyzers/trial_metrics.h"
#include "core/result.h"
#include "store/store.h"

namespace sriov {

struct ComparisonCell {
  std::optional<Summary> summary;  ///< Absent with `why` when no valid trial has it.
  std::string why;
};

struct ComparisonRow {
  std::string metric;  ///< TrialMetric::name.
  std::string unit;
  std::string label;
  std::vector<ComparisonCell> cells;  ///< One per level.
  std::optional<Ratio> ratio;         ///< levels[0] / baseline, with its 95 % interval.
};

/// All levels of one factor side by side, for one combination of the other factors ("workload=tcp_stream").
struct ComparisonTable {
  std::string condition;
  std::string factor;                     ///< "path".
  std::vector<std::string> levels;        ///< "vf", "netfront", "emulated".
  std::string baseline;                   ///< "netfront": what ratios are against.
  std::vector<std::size_t> valid_trials;  ///< Per level.
  std::vector<std::size_t> left_out;      ///< Invalid or failed trials per level.
  std::vector<ComparisonRow> rows;
  std::vector<std::string> verdicts;  ///< In words; on emulated testbeds drawn from counts only, never from time.
};

struct Comparison {
  RunInfo run;
  std::vector<ComparisonTable> tables;
  std::vector<std::string> caveats;  ///< "emulated (TCG): times are not hardware times", left-out trials with reasons …
};

/// Compares the levels of `factor` ("path" by default) of one run.
[[nodiscard]] Result<Comparison> compare(const Store& store, const std::string& factor = "path");

}  // namespace sriov
