// One trial, ready for the time line: read and computed on a worker's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "gui/models/strip_curves.h"
#include "store/store.h"

namespace sriov::gui {

/// A trial that can be chosen.
struct TrialChoice {
  std::string directory;  ///< Of its run.
  std::int64_t id = 0;
  std::string text;  ///< "vf-vs-netfront: path=vf workload=tcp_stream, repetition 1".
};

/// Those of a run: the last attempt of each, in order; of a recording its one.
[[nodiscard]] Result<std::vector<TrialChoice>> trials_of(const std::string& directory);

struct TrialTimeLine {
  std::vector<StripCurves> strips;                                  ///< By place and endpoint.
  std::int64_t origin_ns = 0;                                       ///< The trial's begin, on the controller's clock.
  std::optional<std::pair<std::int64_t, std::int64_t>> counted_ns;  ///< The counted window.
  bool is_emulated = false;
  std::string note;  ///< What the reader must know: the trial's reason when it is not valid, a block that is damaged.
};

/// Reads a trial's samples. What is damaged is left out and said in the note.
[[nodiscard]] Result<TrialTimeLine> read_time_line(const TrialChoice& trial);

/// Something that happened during a trial.
struct TrialMark {
  std::int64_t at_ns = 0;  ///< On the controller's clock.
  std::string text;        ///< "drops: guest1 eth1".
};
/// What the run's events tell of the trial's time (a knob that was set, a collector that was lost; to the second), and
/// what scan_anomalies() finds in its samples; by time. Takes longer than read_time_line().
[[nodiscard]] Result<std::vector<TrialMark>> marks_of(const TrialChoice& trial);

}  // namespace sriov::gui
