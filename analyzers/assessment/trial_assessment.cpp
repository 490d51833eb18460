#include "analyzers/assessment/trial_assessment.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analyzers/metrics/metric_groups.h"
#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/detectable_effect.h"
#include "analyzers/stats/multiple_comparisons.h"
#include "analyzers/stats/outliers.h"
#include "core/format_number.h"
#include "core/text.h"
#include "core/time.h"

namespace sriov {
namespace {

constexpr double kLeastDriftPercent = 5;
constexpr double kLeastClockPercent = 1;  // Of the window: what an edge may be off by.
constexpr std::size_t kMostListed = 6;

std::string signed_percent(double percent) {
  return fmt::format("{}{} %", percent > 0 ? "+" : "", format_number(percent));
}

std::string seconds_text(double seconds) {
  const DisplayUnit unit = display_unit("us", seconds * 1e6);
  return seconds < 1 ? fmt::format("{} {}", format_number(seconds * 1e6 / unit.divisor), unit.text)
                     : format_number(seconds) + " s";
}

bool has_doubtful_clock(const AssessedTrial& trial) {
  const auto& clock = trial.course.worst_clock;
  return clock && clock->percent_of_window >= kLeastClockPercent;
}

/// Trials with one kind of trouble.
class Troubled {
 public:
  void add(const AssessedTrial& trial, const std::string& what) {
    if (++trials_ > kMostListed) return;
    listed_.push_back(
        fmt::format("trial {}{}{} ({})", trial.planned.index, trial.run.empty() ? "" : " of ", trial.run, what));
  }
  void tell(const char* what, const char* consequence, std::vector<std::string>& out) const {
    if (listed_.empty()) return;
    const std::size_t more = trials_ - listed_.size();
    out.push_back(fmt::format("{}: {}{}. {}", what, join(listed_, ", "),
                              more == 0 ? "" : fmt::format(" and {} more", more), consequence));
  }

 private:
  std::vector<std::string> listed_;
  std::size_t trials_ = 0;
};

std::string place_text(const PlaceInCell& place) {
  const DisplayUnit unit = display_unit(place.unit, std::abs(place.median));
  return fmt::format("{} {}, its cell's median is {}", format_number(place.value / unit.divisor), unit.text,
                     format_number(place.median / unit.divisor));
}

std::string resets_text(const std::vector<std::string>& resets) {
  const std::size_t more = resets.size() - 1;
  return more == 0 ? resets.front() : fmt::format("{} and {} more", resets.front(), more);
}

void add_steadiness(std::span<const AssessedTrial> trials, std::vector<std::string>& out) {
  Troubled settling;
  Troubled drift;
  std::size_t unknown = 0;
  const std::vector<bool> drifts = drifting(trials);
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const TrialCourse& course = trials[i].course;
    if (!course.why_not_steady_known.empty()) ++unknown;
    if (course.settling)
      settling.add(trials[i], fmt::format("its first {} differ by {}", seconds_text(course.settling->seconds),
                                          signed_percent(course.settling->percent)));
    if (drifts[i]) drift.add(trials[i], signed_percent(course.drift->percent) + " over its window");
  }
  settling.tell("Not steady", "What came before they settled is in their averages: a longer warm-up leaves it out.",
                out);
  drift.tell("Drifting", "Their averages depend on how long they ran.", out);
  if (unknown > 0)
    out.push_back(
        fmt::format("Whether trials were steady is not known of {} of {} trials: their windows hold too few "
                    "samples (20 tell of settling, 30 of drift).",
                    unknown, trials.size()));
}

void add_outliers(std::span<const AssessedTrial> trials, std::vector<std::string>& out) {
  Troubled outliers;
  for (const AssessedTrial& trial : trials)
    if (trial.place && trial.place->is_surprising) outliers.add(trial, place_text(*trial.place));
  outliers.tell("Far from the others of their cells", "They count: look at what happened in them (explain).", out);
}

void add_clocks_and_counters(std::span<const AssessedTrial> trials, std::vector<std::string>& out) {
  Troubled clocks;
  Troubled backward;
  Troubled resets;
  Troubled gaps;
  for (const AssessedTrial& trial : trials) {
    const TrialCourse& course = trial.course;
    if (has_doubtful_clock(trial))
      clocks.add(trial, fmt::format("{} is known to ± {}, {} % of the window", course.worst_clock->endpoint,
                                    seconds_text(static_cast<double>(course.worst_clock->error_ns) / kNsPerSecond),
                                    format_number(course.worst_clock->percent_of_window)));
    if (!course.clocks_backward.empty()) backward.add(trial, join(course.clocks_backward, ", "));
    if (!course.resets.empty()) resets.add(trial, resets_text(course.resets));
    if (course.gap) gaps.add(trial, fmt::format("{} on {}", seconds_text(course.gap->seconds), course.gap->endpoint));
  }
  clocks.tell("Clocks hardly compared", "What was counted there may be off by as much.", out);
  backward.tell("Clocks that went back", "What was sampled there is left out.", out);
  resets.tell("Counters that were reset", "What rests on them is absent.", out);
  gaps.tell("Times without samples", "They are bridged by straight lines.", out);
}

}  // namespace

AssessedTrial assess_trial(const TrialRecord& trial, std::string run) {
  AssessedTrial out;
  out.run = std::move(run);
  out.planned = trial.planned;
  out.course = trial_course(trial);
  const auto finite = [](const Quantity& quantity) {
    return quantity.value && std::isfinite(*quantity.value) ? quantity.value : std::nullopt;
  };
  out.transactions_per_s = finite(transactions_per_s_of(trial, ""));
  out.throughput_bps = finite(throughput_bps(trial));
  return out;
}

void place_in_cells(std::vector<AssessedTrial>& trials) {
  constexpr std::size_t kFewest = 4;
  std::map<std::pair<std::string, std::string>, std::vector<AssessedTrial*>> cells;
  for (AssessedTrial& trial : trials)
    if (trial.transactions_per_s || trial.throughput_bps)
      cells[{trial.run, to_string(trial.planned.cell)}].push_back(&trial);
  std::vector<double> p_values;
  std::vector<AssessedTrial*> placed;
  for (const auto& [name, cell] : cells) {
    if (cell.size() < kFewest) continue;
    const bool all_transact =
        std::ranges::all_of(cell, [](const AssessedTrial* trial) { return trial->transactions_per_s.has_value(); });
    std::vector<double> values;
    for (const AssessedTrial* trial : cell)
      values.push_back(all_transact ? *trial->transactions_per_s : trial->throughput_bps.value_or(0));
    const double median = stats::median(values);
    const std::vector<double> scores = stats::modified_z_scores(values);
    const std::vector<double> p_of_cell = stats::outlier_p_values(values);
    for (std::size_t i = 0; i < cell.size(); ++i) {
      cell[i]->place = PlaceInCell{
          values[i], median, scores[i], 1, all_transact ? "1/s" : "bit/s", std::abs(scores[i]) > stats::kOutlierScore,
          false};
      placed.push_back(cell[i]);
    }
    p_values.insert(p_values.end(), p_of_cell.begin(), p_of_cell.end());
  }
  const std::vector<double> adjusted = stats::holm(p_values);
  for (std::size_t i = 0; i < placed.size(); ++i) {
    placed[i]->place->adjusted_p = adjusted[i];
    placed[i]->place->is_surprising = adjusted[i] < stats::kAlpha;
  }
}

std::vector<bool> drifting(std::span<const AssessedTrial> trials) {
  std::vector<double> p_values;
  for (const AssessedTrial& trial : trials)
    if (trial.course.drift) p_values.push_back(trial.course.drift->p_value);
  const std::vector<double> adjusted = stats::benjamini_hochberg(p_values);
  std::vector<bool> out;
  std::size_t next = 0;
  for (const AssessedTrial& trial : trials) {
    const auto& drift = trial.course.drift;
    const bool is_sure = drift && adjusted[next++] < stats::kAlpha;
    out.push_back(is_sure && std::abs(drift->percent) >= kLeastDriftPercent);
  }
  return out;
}

std::vector<std::string> caveats_of_trials(std::span<const AssessedTrial> trials) {
  std::vector<std::string> out;
  add_steadiness(trials, out);
  add_outliers(trials, out);
  add_clocks_and_counters(trials, out);
  return out;
}

std::string course_text(const AssessedTrial& trial, bool drifts) {
  const TrialCourse& course = trial.course;
  std::vector<std::string> parts;
  if (course.settling) parts.push_back(fmt::format("settles {}", seconds_text(course.settling->seconds)));
  if (drifts) parts.push_back("drifts " + signed_percent(course.drift->percent));
  if (trial.place && trial.place->is_surprising) parts.emplace_back("far off its cell");
  if (has_doubtful_clock(trial)) parts.emplace_back("clock in doubt");
  if (!course.clocks_backward.empty()) parts.emplace_back("clock went back");
  if (!course.resets.empty()) parts.emplace_back("counter reset");
  if (course.gap) parts.push_back(fmt::format("gap of {}", seconds_text(course.gap->seconds)));
  if (!parts.empty()) return join(parts, ", ");
  return course.why_not_steady_known.empty() ? "steady" : "too short to tell";
}

nlohmann::ordered_json course_json(const AssessedTrial& trial, bool drifts) {
  using Json = nlohmann::ordered_json;
  const TrialCourse& course = trial.course;
  Json out{{"rates", course.rates}};
  if (!course.why_not_steady_known.empty()) out["steadiness_absent"] = course.why_not_steady_known;
  out["settles_after_s"] = course.settling ? Json(course.settling->seconds) : Json();
  out["settling_percent"] = course.settling ? Json(course.settling->percent) : Json();
  out["drift_percent"] = course.drift ? Json(course.drift->percent) : Json();
  out["drift_p"] = course.drift ? Json(course.drift->p_value) : Json();
  out["drifts"] = drifts;
  out["outlier_score"] = trial.place ? Json(trial.place->score) : Json();
  out["outlier_labelled"] = trial.place && trial.place->is_labelled;
  out["outlier_p_adjusted"] = trial.place ? Json(trial.place->adjusted_p) : Json();
  out["clock_endpoint"] = course.worst_clock ? Json(course.worst_clock->endpoint) : Json();
  out["clock_error_ns"] = course.worst_clock ? Json(course.worst_clock->error_ns) : Json();
  out["clock_error_percent_of_window"] = course.worst_clock ? Json(course.worst_clock->percent_of_window) : Json();
  out["clocks_backward"] = course.clocks_backward;
  out["counters_reset"] = course.resets;
  out["counter_wraps"] = course.wraps;
  out["values_bridged"] = course.bridged;
  out["longest_gap_s"] = course.gap ? Json(course.gap->seconds) : Json();
  return out;
}

}  // namespace sriov
