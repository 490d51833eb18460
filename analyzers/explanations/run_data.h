// A run as explanations see it: its valid trials with what was measured in each.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzers/explanations/trial_facts.h"
#include "analyzers/metrics/trial_metrics.h"
#include "core/result.h"
#include "store/store.h"

namespace sriov {

/// A valid trial without its samples.
struct ExplainedTrial {
  std::int64_t id = 0;  ///< In the store.
  TrialRecord record;   ///< `blocks` empty.
  std::vector<TrialMetric> metrics;
  TrialFacts facts;

  /// Of a metric by its name; absent too when it is not a finite number.
  [[nodiscard]] std::optional<double> value(std::string_view metric) const;
  /// Of the first metric whose name begins so.
  [[nodiscard]] std::optional<double> first_value(std::string_view prefix) const;
  /// "" when the trial has no such factor.
  [[nodiscard]] std::string level(const std::string& factor) const;
  /// The level as a number; sizes as "64k" too.
  [[nodiscard]] std::optional<double> number(const std::string& factor) const;
};

using Trials = std::vector<const ExplainedTrial*>;

/// What a run has to explain. Lives no longer than the store it was loaded from.
class RunData {
 public:
  /// Reads one trial's samples after the other and keeps what explanations share. Of a repeated trial the last attempt
  /// counts. not_enough_data for recordings and micro-benchmarks, which have no traffic to explain, and when no trial
  /// is valid.
  [[nodiscard]] static Result<RunData> load(const Store& store);

  [[nodiscard]] const RunInfo& info() const { return info_; }
  [[nodiscard]] const std::vector<ExplainedTrial>& trials() const { return trials_; }
  /// Invalid and failed ones.
  [[nodiscard]] std::size_t left_out() const { return left_out_; }
  /// The trial with its samples and intervals, read now.
  [[nodiscard]] Result<TrialRecord> with_samples(const ExplainedTrial& trial) const;

  /// Trials that have all factors but `factor` in common, by these ("path=vf workload=tcp_stream"). With "" every cell.
  [[nodiscard]] std::map<std::string, Trials> by_condition(const std::string& factor = "") const;

 private:
  const Store* store_ = nullptr;
  RunInfo info_;
  std::vector<ExplainedTrial> trials_;
  std::size_t left_out_ = 0;
};

}  // namespace sriov
