// How one trial went from beginning to end: whether it was steady, and what is wrong with its clocks and counters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/trial.h"

namespace sriov {

/// The part of a window in which the payload had not settled yet (stats/steady_state.h).
struct SettlingPart {
  double seconds = 0;  ///< From the window's beginning.
  double percent = 0;  ///< By how much its mean rate is above (below: negative) that of the rest.
};

/// The line through the rates of the window.
struct DriftOfTrial {
  double percent = 0;  ///< Its rise over the window, in percent of the mean.
  double p_value = 1;  ///< Of no drift; of several lanes the smallest, times their number (Bonferroni).
};

/// How well an endpoint's clock was known.
struct ClockError {
  std::string endpoint;
  std::int64_t error_ns = 0;       ///< The true offset was within ± this.
  double percent_of_window = 100;  ///< Counts of that endpoint may be off by as much.
};

/// The longest time without a row.
struct SampleGap {
  std::string endpoint;
  double at_s = 0;  ///< Where it begins, as the instants it was found in.
  double seconds = 0;
  double usual_s = 0;  ///< The median time from row to row.
};
/// The longest that reaches into [begin_s, end_s], from 0.2 s on that are 5 times the usual time, else absent; also for
/// fewer than 4 instants. What is usual is taken of all instants: where an endpoint stood still, few lie in the window.
[[nodiscard]] std::optional<SampleGap> sample_gap(std::span<const double> instants_s, double begin_s, double end_s);

/// What can be said of one trial by itself. All of it concerns the counted window.
struct TrialCourse {
  std::size_t rates = 0;               ///< Sampled rates of the payload that were looked at, of the shortest lane.
  std::string why_not_steady_known{};  ///< Why nothing can be said of `settling`; "" when it was looked for.
  std::optional<SettlingPart> settling{};
  std::optional<DriftOfTrial> drift{};         ///< Absent for fewer than 30 rates.
  std::optional<ClockError> worst_clock{};     ///< Absent when no clock was compared, or there is no window.
  std::vector<std::string> clocks_backward{};  ///< Endpoints whose own clock went back between two rows.
  std::vector<std::string> resets{};           ///< "netdev.rx_bytes of guest1 (device=eth1)".
  std::size_t wraps = 0;                       ///< Counters that wrapped at 2^32: counted through.
  std::size_t bridged = 0;                     ///< Values missing between two others of their series.
  std::optional<SampleGap> gap{};              ///< The longest of all endpoints.
};

/// Needs the trial's samples. The rates are those of the devices that must carry each lane's payload at its guest.
[[nodiscard]] TrialCourse trial_course(const TrialRecord& trial);

}  // namespace sriov
