// Counters of a block as rises from row to row, within a trial's counted window.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "analyzers/trial/clock_alignment.h"
#include "core/trial.h"

namespace sriov {

/// The rises of one counter, or of several summed.
struct RowRises {
  std::vector<double> at_s;     ///< The end of each row's interval, since the trial began, on the controller's clock.
  std::vector<double> seconds;  ///< The interval's length.
  std::vector<double> rise;     ///< Within it.
  int resets = 0;               ///< Falls of a counter: nothing is known of those intervals.

  [[nodiscard]] double total() const;
  [[nodiscard]] double duration_s() const;
  /// Place of the interval with the highest rate; 0 when there is none.
  [[nodiscard]] std::size_t worst() const;
  [[nodiscard]] std::vector<double> rates() const;
};

/// A gauge over the window.
struct RowValues {
  std::vector<double> at_s;  ///< As in RowRises.
  std::vector<double> values;
};

/// Names the sum that a series belongs to; "" leaves it out.
using SeriesKey = std::function<std::string(const Series&)>;

/// Reads the blocks of a trial row by row.
class WindowRates {
 public:
  explicit WindowRates(const TrialRecord& trial);

  /// By the key of each series of the block. Intervals that do not lie in the window are left out, and those in which
  /// a series of the sum has no value.
  [[nodiscard]] std::map<std::string, RowRises> of(const SampleBlock& block, const SeriesKey& key) const;
  /// Of each row the highest value among the series of a gauge; rows without any are left out.
  [[nodiscard]] RowValues highest(const SampleBlock& block, std::string_view metric) const;
  /// The instants of all rows of the block, those outside the window too, in seconds since the trial began. Empty where
  /// there is no window or the endpoint's clock is not known.
  [[nodiscard]] std::vector<double> instants_s(const SampleBlock& block) const;
  /// On the same clock; 0 when there is no window.
  [[nodiscard]] double window_begin_s() const;
  [[nodiscard]] double window_end_s() const;

 private:
  struct Span {
    std::size_t first = 0;  ///< Rows [first, last) lie in the window.
    std::size_t last = 0;
  };
  [[nodiscard]] Span rows_in_window(const SampleBlock& block, std::vector<double>& at_s) const;

  const TrialRecord* trial_;
  ClockAlignment clocks_;
  CountedWindow window_;
};

}  // namespace sriov
