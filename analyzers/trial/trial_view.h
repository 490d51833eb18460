// A trial seen through its counted window: sums of counters by endpoint, whatever block they are in.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analyzers/trial/clock_alignment.h"
#include "core/trial.h"

namespace sriov {

/// A number that may be unknown, and then why.
struct Quantity {
  std::optional<double> value;
  std::string why;

  static Quantity of(double value) { return {value, ""}; }
  static Quantity absent(std::string why) { return {std::nullopt, std::move(why)}; }
};
/// a / b * scale; absent for the reason of whichever is, or when b is 0 (`zero` says what that means).
[[nodiscard]] Quantity ratio_of(const Quantity& a, const Quantity& b, double scale, const std::string& zero);

using LabelFilter = std::function<bool(const Labels&)>;

class TrialView {
 public:
  explicit TrialView(const TrialRecord& trial);

  [[nodiscard]] const TrialRecord& trial() const { return *trial_; }
  [[nodiscard]] bool has(const std::string& endpoint, std::string_view metric) const;
  /// Namespaces of one machine leave its CPUs and interrupts to the endpoint "host": they have nothing of their own to
  /// show there, which is not the same as not knowing it.
  [[nodiscard]] bool is_sampled_by_host(const std::string& endpoint, std::string_view metric) const;
  /// Endpoints that were sampled or reported, sorted.
  [[nodiscard]] const std::vector<std::string>& endpoints() const { return endpoints_; }
  /// Values of a label over all series of a metric on an endpoint, sorted, each once.
  [[nodiscard]] std::vector<std::string> label_values(const std::string& endpoint, std::string_view metric,
                                                      std::string_view label_name) const;

  /// Increase over the window, summed over the series of `metric` on `endpoint` that `filter` accepts.
  [[nodiscard]] Quantity sum(const std::string& endpoint, std::string_view metric, const LabelFilter& filter) const;
  /// The same per second.
  [[nodiscard]] Quantity rate(const std::string& endpoint, std::string_view metric, const LabelFilter& filter) const;
  /// For counters of ns of CPU: percent of one CPU.
  [[nodiscard]] Quantity percent(const std::string& endpoint, std::string_view metric, const LabelFilter& filter) const;
  /// Values of `member` (a label) of which, in some row of the window, no series of `metric` on `endpoint` that
  /// `filter` accepts has a value: a sum over all members would be too low by what they did then. All of them when the
  /// window cannot be told.
  [[nodiscard]] std::vector<std::string> gaps(const std::string& endpoint, std::string_view metric,
                                              const LabelFilter& filter, std::string_view member) const;

 private:
  /// What every sum over a block needs, found once.
  struct BlockTimes {
    std::vector<std::int64_t> instants;
    bool is_sorted = true;
    std::size_t rows_with_values = 0;  ///< Up to the last row in which a series has a value.
  };
  [[nodiscard]] static BlockTimes times_of(const SampleBlock& block);

  const TrialRecord* trial_;
  std::vector<BlockTimes> times_;  ///< Of the trial's blocks, in their order.
  ClockAlignment clocks_;
  CountedWindow window_;
  std::vector<std::string> endpoints_;
};

}  // namespace sriov
