// The table of a run: a row per metric, a column per level of the compared factor.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzers/assessment/trial_assessment.h"
#include "analyzers/stats/summary.h"
#include "analyzers/stats/two_samples.h"
#include "store/store.h"

namespace sriov {

/// ComparisonCell::why of a metric that has no meaning at a level (no interrupts of a class that is not there).
inline constexpr std::string_view kDoesNotApply = "does not apply";

struct ComparisonCell {
  std::optional<Summary> summary;  ///< Absent with `why` when no valid trial has it.
  std::string why;
};

/// What a row says of the compared level against the baseline.
enum class RowVerdict {
  better,
  worse,
  higher,  ///< Surely so, and neither good nor bad.
  lower,
  no_difference,    ///< None was seen; `contrast` tells what could have been.
  not_enough_data,  ///< Fewer than two repetitions of either, or clear by itself and not beside the table's other rows.
  emulated,         ///< A time or a rate of an emulator: no verdict is drawn from it.
};
[[nodiscard]] std::string_view to_string(RowVerdict verdict);

struct ComparisonRow {
  std::string metric;  ///< TrialMetric::name.
  std::string unit;
  std::string label;
  std::vector<ComparisonCell> cells;  ///< One per level.
  std::optional<Ratio> ratio;         ///< compared / baseline with its 95 % interval; that of `contrast`.
  std::size_t pairs = 0;              ///< Repetitions of one run in which both levels have the metric.
  bool is_paired = true;              ///< false: the levels are of different runs, compared as independent samples.
  std::optional<stats::TwoSamples> contrast;  ///< Absent when one of the two has no value.
  /// Benjamini and Hochberg's, over the table's rows that get a verdict: of the differences that are told, 5 % are
  /// false at most. Absent for the others.
  std::optional<double> adjusted_p;
  RowVerdict verdict = RowVerdict::not_enough_data;

  /// Whether the two sides differ for sure, whatever the verdict makes of it.
  [[nodiscard]] bool differs() const;
};

/// All levels of one factor side by side, for one combination of the other factors ("workload=tcp_stream").
struct ComparisonTable {
  std::string condition;                  ///< "" when there is no other factor.
  std::string factor;                     ///< "path".
  std::vector<std::string> levels;        ///< "vf", "netfront", "emulated".
  std::string compared;                   ///< "vf": what ratios are of; "" when there is one level only.
  std::string baseline;                   ///< "netfront": what ratios are against; "" when there is one level only.
  std::vector<std::size_t> valid_trials;  ///< Per level.
  std::vector<std::size_t> left_out;      ///< Invalid or failed trials per level.
  std::vector<ComparisonRow> rows;
  std::vector<std::string> verdicts;  ///< In words; on emulated testbeds drawn from counts only, never from time.

  [[nodiscard]] const ComparisonRow* row(const std::string& metric) const;
  /// Position in `levels`.
  [[nodiscard]] std::size_t index_of(const std::string& level) const;
};

struct Comparison {
  RunInfo run;
  std::vector<ComparisonTable> tables;
  std::vector<std::string> caveats;  ///< "emulated (TCG): times are not hardware times", left-out trials with reasons …
  std::vector<AssessedTrial> trials;  ///< Those that count; not of micro-benchmarks, which have no course.
};

/// The factor whose levels are the runs themselves.
inline constexpr std::string_view kRunFactor = "run";

/// A trial and the run it is of.
struct StoredTrial {
  TrialSummary summary;
  const Store* store = nullptr;

  [[nodiscard]] TrialRecord& record() { return summary.record; }
  [[nodiscard]] const TrialRecord& record() const { return summary.record; }
};

/// What to compare.
struct ComparisonChoice {
  /// "": "run" for several runs of the same cells, else "path", or the only factor that there is. "run": the runs
  /// themselves, by the names of their directories.
  std::string factor;
  std::string baseline;               ///< The level that ratios are against; "": chosen by what the levels are.
  std::vector<std::string> levels{};  ///< These alone; empty: all.
};

}  // namespace sriov
