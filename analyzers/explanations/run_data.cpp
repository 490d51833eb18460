#include "analyzers/explanations/run_data.h"

#include <algorithm>
#include <cmath>

#include "analyzers/metrics/micro_metrics.h"
#include "analyzers/metrics/trial_metrics.h"
#include "analyzers/trial/trial_view.h"
#include "core/text.h"

namespace sriov {
namespace {

std::optional<double> finite(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? value : std::nullopt;
}

}  // namespace

std::optional<double> ExplainedTrial::value(std::string_view metric) const {
  for (const TrialMetric& one : metrics)
    if (one.name == metric) return finite(one.value);
  return std::nullopt;
}

std::optional<double> ExplainedTrial::first_value(std::string_view prefix) const {
  for (const TrialMetric& one : metrics)
    if (one.name.starts_with(prefix) && finite(one.value)) return one.value;
  return std::nullopt;
}

std::string ExplainedTrial::level(const std::string& factor) const {
  const auto found = record.planned.cell.find(factor);
  return found == record.planned.cell.end() ? "" : found->second;
}

std::optional<double> ExplainedTrial::number(const std::string& factor) const {
  const std::string text = level(factor);
  if (const auto plain = to_double(text)) return finite(plain);
  if (const auto bytes = parse_bytes(text)) return static_cast<double>(*bytes);
  return std::nullopt;
}

Result<RunData> RunData::load(const Store& store) {
  RunData out;
  out.store_ = &store;
  SRIOV_ASSIGN(out.info_, store.info());
  if (out.info_.is_recording())
    return fail("it is a recording beside a workload, not an experiment: there is no traffic to explain",
                store.directory(), "sriov-bench show sums it up", ErrorKind::not_enough_data);
  SRIOV_ASSIGN(std::vector<TrialSummary> all, store.trials());
  for (TrialSummary& trial : latest_attempts(std::move(all))) {
    if (trial.record.status != TrialStatus::ok) {
      ++out.left_out_;
      continue;
    }
    SRIOV_ASSIGN(trial.record.blocks, store.blocks(trial.id));
    if (is_micro(trial.record))
      return fail("it is a run of micro-benchmarks: there is no traffic to explain", store.directory(),
                  "sriov-bench compare sets places side by side", ErrorKind::not_enough_data);
    ExplainedTrial& one = out.trials_.emplace_back();
    one.id = trial.id;
    one.metrics = trial_metrics(trial.record);
    one.facts = trial_facts(trial.record);
    trial.record.blocks.clear();
    one.record = std::move(trial.record);
  }
  if (out.trials_.empty())
    return fail("no trial is valid, so there is nothing to explain", store.directory(),
                "sriov-bench show tells why trials are invalid or failed", ErrorKind::not_enough_data);
  return out;
}

Result<TrialRecord> RunData::with_samples(const ExplainedTrial& trial) const {
  TrialRecord record = trial.record;
  SRIOV_ASSIGN(record.blocks, store_->blocks(trial.id));
  SRIOV_ASSIGN(auto intervals, store_->intervals(trial.id));
  for (std::size_t i = 0; i < std::min(intervals.size(), record.reports.size()); ++i)
    record.reports[i].report.intervals = std::move(intervals[i]);
  return record;
}

std::map<std::string, Trials> RunData::by_condition(const std::string& factor) const {
  std::map<std::string, Trials> out;
  for (const ExplainedTrial& trial : trials_) {
    Cell cell = trial.record.planned.cell;
    cell.erase(factor);
    out[to_string(cell)].push_back(&trial);
  }
  return out;
}

}  // namespace sriov
