// Gates: what a candidate may not be worse by than its baseline, for CI.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzers/comparison/comparison_table.h"
#include "core/result.h"

namespace sriov {

/// "throughput_gbps>=-3%": the change of the candidate against the baseline must be at least -3 %.
struct Gate {
  enum class Bound { at_least, at_most };
  std::string text;    ///< As it was written.
  std::string metric;  ///< As trial metrics are called; a bit rate may be in any unit, a change has none.
  Bound bound = Bound::at_least;
  double percent = 0;

  [[nodiscard]] bool allows(double change_percent) const {
    return bound == Bound::at_least ? change_percent >= percent : change_percent <= percent;
  }
};
/// METRIC>=NUMBER% or METRIC<=NUMBER%. A usage error shows how to write it.
[[nodiscard]] Result<Gate> parse_gate(const std::string& text);

enum class GateVerdict {
  pass,             ///< The whole 95 % interval of the change is within the bound.
  breach,           ///< The whole interval is beyond it.
  not_enough_data,  ///< The bound is inside the interval, or there is none.
};
[[nodiscard]] std::string_view to_string(GateVerdict verdict);

/// A gate in one table of a comparison. Where the truth is just at the bound, a breach is told in 2.5 % of runs: the
/// interval leaves out as much at each end.
struct GateOutcome {
  Gate gate;
  std::string condition;  ///< ComparisonTable::condition.
  std::string metric;     ///< The row it was judged by.
  GateVerdict verdict = GateVerdict::not_enough_data;
  std::optional<double> change_percent;
  std::optional<Interval> change_95;
  std::string words;  ///< "-1.2 % [-2.0, -0.4] is at least -3 %", or what is missing.
};

/// Judges every gate by every table that has its metric. A usage error, with the nearest name, for a metric that no
/// table has.
[[nodiscard]] Result<std::vector<GateOutcome>> judge(const std::vector<Gate>& gates, const Comparison& comparison);
/// One line a gate and table, worst first.
[[nodiscard]] std::string render_gates(const std::vector<GateOutcome>& outcomes);

}  // namespace sriov
