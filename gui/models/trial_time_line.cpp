#include "gui/models/trial_time_line.h"

#include <algorithm>

#include <fmt/format.h>

#include "analyzers/clock_alignment.h"
#include "analyzers/strips/strip_builder.h"
#include "analyzers/strips/workload_strips.h"

namespace sriov::gui {
namespace {

std::string text_of(const RunInfo& info, const TrialRecord& trial) {
  std::string text = info.name + ":";
  for (const auto& [factor, level] : trial.planned.cell) text += fmt::format(" {}={}", factor, level);
  if (!info.is_recording()) text += fmt::format(", repetition {}", trial.planned.repetition + 1);
  if (trial.status != TrialStatus::ok) text += fmt::format(" ({})", to_string(trial.status));
  return text;
}

}  // namespace

Result<std::vector<TrialChoice>> trials_of(const std::string& directory) {
  SRIOV_ASSIGN(const Store store, Store::open(directory));
  SRIOV_ASSIGN(const RunInfo info, store.info());
  SRIOV_ASSIGN(auto trials, store.trials());
  std::vector<TrialChoice> choices;
  for (const TrialSummary& trial : latest_attempts(std::move(trials)))
    choices.push_back({directory, trial.id, text_of(info, trial.record)});
  return choices;
}

Result<TrialTimeLine> read_time_line(const TrialChoice& choice) {
  SRIOV_ASSIGN(const Store store, Store::open(choice.directory));
  SRIOV_ASSIGN(const RunInfo info, store.info());
  SRIOV_ASSIGN(const auto trials, store.trials());
  const auto trial = std::find_if(trials.begin(), trials.end(), [&](const auto& one) { return one.id == choice.id; });
  if (trial == trials.end()) return fail("the trial is not there any more", choice.directory, "open the run again");
  const TrialRecord& record = trial->record;
  const ClockAlignment clocks(record.clocks);
  TrialTimeLine out;
  out.origin_ns = record.begin_ns;
  out.is_emulated = info.emulated;
  out.note = record.reason;
  const CountedWindow window = counted_window(record, clocks);
  if (window.why_absent.empty()) out.counted_ns = {window.begin_ns, window.end_ns};
  StripBuilder builder(
      [&](const std::string& endpoint, std::int64_t ns) { return clocks.to_controller(endpoint, ns); });
  const auto read = store.visit_blocks(choice.id, [&](const SampleBlock& block) -> Result<void> {
    builder.append(block);
    return {};
  });
  append_strips(out.strips, builder.take(), 0);
  if (!read) out.note += (out.note.empty() ? "" : "; ") + read.error().text();
  if (const auto intervals = store.intervals(choice.id))
    append_strips(out.strips, workload_strips(record, *intervals), 0);
  if (out.strips.empty())
    return fail("nothing in this trial can be drawn over time", choice.text,
                "its collectors sampled nothing that there is a strip for", ErrorKind::not_enough_data);
  return out;
}

}  // namespace sriov::gui
