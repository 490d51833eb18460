// The trials of one run or several, each with what limits the trust in it: its course, and its place in its cell.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "analyzers/trial/trial_course.h"
#include "core/trial.h"

namespace sriov {

/// Where a trial stands among the valid ones of its cell, by transactions or throughput.
struct PlaceInCell {
  double value = 0;
  double median = 0;           ///< Of the cell.
  double score = 0;            ///< Modified z score; |score| > 3.5 is labelled an outlier (stats/outliers.h).
  double adjusted_p = 1;       ///< Against the others of the cell, by Holm over all trials of all cells.
  std::string_view unit{};     ///< "1/s" or "bit/s".
  bool is_labelled = false;    ///< |score| beyond the label's bound.
  bool is_surprising = false;  ///< adjusted_p below 5 %.
};

struct AssessedTrial {
  std::string run{};  ///< Its directory's name; "" when there is one run only.
  TrialPlace planned{};
  TrialCourse course{};
  std::optional<double> transactions_per_s{};
  std::optional<double> throughput_bps{};
  std::optional<PlaceInCell> place{};  ///< Set by place_in_cells(); absent in cells of fewer than 4 trials.
};

/// Of a valid trial with its samples.
[[nodiscard]] AssessedTrial assess_trial(const TrialRecord& trial, std::string run = "");
/// Compares each trial with the others of its run and cell.
void place_in_cells(std::vector<AssessedTrial>& trials);

/// One line a kind of trouble, with the trials that have it; what was asked of too short a window is said as well.
[[nodiscard]] std::vector<std::string> caveats_of_trials(std::span<const AssessedTrial> trials);
/// "steady", "settles 1.2 s, drifts +12 %, reset": one trial in a table's cell.
[[nodiscard]] std::string course_text(const AssessedTrial& trial, bool drifts);
/// Whether each drifts by 5 % and more, with p-values adjusted by Benjamini and Hochberg over all of them.
[[nodiscard]] std::vector<bool> drifting(std::span<const AssessedTrial> trials);
/// All of it for programs.
[[nodiscard]] nlohmann::ordered_json course_json(const AssessedTrial& trial, bool drifts);

}  // namespace sriov
