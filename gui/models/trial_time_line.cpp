#include "gui/models/trial_time_line.h"

#include <QDateTime>
#include <algorithm>

#include <fmt/format.h>

#include "analyzers/explanations/anomaly_scan.h"
#include "analyzers/strips/strip_builder.h"
#include "analyzers/strips/workload_strips.h"
#include "analyzers/trial/clock_alignment.h"
#include "core/time.h"

namespace sriov::gui {
namespace {

std::string text_of(const RunInfo& info, const TrialRecord& trial) {
  std::string text = info.name + ":";
  for (const auto& [factor, level] : trial.planned.cell) text += fmt::format(" {}={}", factor, level);
  if (!info.is_recording()) text += fmt::format(", repetition {}", trial.planned.repetition + 1);
  if (trial.status != TrialStatus::ok) text += fmt::format(" ({})", to_string(trial.status));
  return text;
}

Result<TrialRecord> record_of(const Store& store, const TrialChoice& choice) {
  SRIOV_ASSIGN(auto trials, store.trials());
  const auto trial = std::find_if(trials.begin(), trials.end(), [&](const auto& one) { return one.id == choice.id; });
  if (trial == trials.end()) return fail("the trial is not there any more", choice.directory, "open the run again");
  return std::move(trial->record);
}

/// An event of the store ("2026-01-31T12:00:00Z dom0: text") as a mark; nullopt when it is not of the trial's time.
std::optional<TrialMark> mark_of(const std::string& event, const TrialRecord& trial) {
  const std::size_t end = event.find(' ');
  if (end == std::string::npos) return std::nullopt;
  const QDateTime at = QDateTime::fromString(QString::fromStdString(event.substr(0, end)), Qt::ISODate);
  if (!at.isValid()) return std::nullopt;
  const std::int64_t since_ns = at.toMSecsSinceEpoch() * kNsPerMs - trial.started_unix_ns;
  if (since_ns < -kNsPerSecond || since_ns > trial.end_ns - trial.begin_ns) return std::nullopt;
  return TrialMark{trial.begin_ns + std::max<std::int64_t>(since_ns, 0), event.substr(end + 1)};
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
  SRIOV_ASSIGN(const TrialRecord record, record_of(store, choice));
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

Result<std::vector<TrialMark>> marks_of(const TrialChoice& choice) {
  SRIOV_ASSIGN(const Store store, Store::open(choice.directory));
  SRIOV_ASSIGN(TrialRecord record, record_of(store, choice));
  SRIOV_ASSIGN(const auto events, store.events());
  SRIOV_ASSIGN(record.blocks, store.blocks(choice.id));
  std::vector<TrialMark> marks;
  for (const std::string& event : events)
    if (auto mark = mark_of(event, record)) marks.push_back(std::move(*mark));
  for (const Anomaly& anomaly : scan_anomalies(record))
    marks.push_back({record.begin_ns + static_cast<std::int64_t>(anomaly.at_s * static_cast<double>(kNsPerSecond)),
                     anomaly.what + ": " + anomaly.where});
  std::ranges::stable_sort(marks, {}, &TrialMark::at_ns);
  return marks;
}

}  // namespace sriov::gui
