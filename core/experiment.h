// An experiment as the user wrote it, and the ordered plan of trials it becomes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "core/trial_settings.h"

namespace sriov {

/// One condition of a trial: factor name -> level, e.g. {"path": "vf", "workload": "tcp_stream"}.
using Cell = std::map<std::string, std::string>;

/// A factor and the levels the experiment crosses.
struct Factor {
  std::string name;  ///< "path", "workload", "message_bytes", … (any workload option, trial setting or knob).
  std::vector<std::string> levels;
};

/// The contents of an experiment file after validation. Levels and options are kept as the text the user wrote.
struct Experiment {
  std::string name;
  std::string description;
  std::string testbed = "lab";
  TrialSettings settings;       ///< Those that are factors apart.
  std::vector<Factor> factors;  ///< In the file's order; "path" and "workload" are always there.
  /// Options that do not vary: "message_bytes" -> "64k" for all workloads, "tcp_rr.message_bytes" -> "1" for one of
  /// them (which wins over the former; a factor wins over both).
  std::map<std::string, std::string> workload_options;
  std::map<std::string, std::string> knobs;             ///< That do not vary: "rx_usecs" -> "100".
  std::map<std::string, std::string> testbed_settings;  ///< What the testbed is told: "pf" -> "eth0".
  int repetitions = 5;                                  ///< At least so many, where ci_half_width_percent is set.
  double ci_half_width_percent = 0;  ///< Repeat until the 95 % intervals are as narrow as this; 0 = do not.
  int max_repetitions = 50;          ///< No more than these, whatever the intervals are.
  std::vector<std::string> stop_metrics{"throughput_bps"};  ///< Whose intervals.
  std::uint64_t seed = 1;
  bool randomize = true;  ///< Randomized complete blocks: each repetition is a block.
  std::int64_t warmup_ns = kNsPerSecond;
  std::int64_t duration_ns = 5 * kNsPerSecond;
  std::vector<std::string> collectors;  ///< Names, run on every endpoint where their probe passes.
  std::map<std::string, std::map<std::string, std::string>> collector_options;  ///< By collector: {"irqs": "vf"}.
  std::int64_t interval_ns = 100 * kNsPerMs;
  std::string source;  ///< The file's text with the --set overrides applied, to keep.
};

/// One run of one cell: its place in the plan.
struct TrialPlace {
  int index = 0;       ///< Position in the plan, from 0.
  int repetition = 0;  ///< From 0; also the block.
  Cell cell;
};

/// Crosses the levels, repeats them, and shuffles inside each block with the experiment's seed (same seed, same plan,
/// on every machine). The cells that need the same set-up are not grouped: order is the defence against drift.
[[nodiscard]] std::vector<TrialPlace> trial_order(const Experiment& experiment);

/// "path=vf workload=tcp_stream": for people and as a stable key.
[[nodiscard]] std::string to_string(const Cell& cell);

}  // namespace sriov
