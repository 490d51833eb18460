#include "runner/repetition_rule.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "analyzers/metrics/trial_metrics.h"
#include "analyzers/stats/stopping.h"

namespace sriov {
namespace {

/// Values of one metric over the valid trials of each cell, by the cell's text.
std::map<std::string, std::vector<double>> values_by_cell(const std::vector<TrialSummary>& trials,
                                                          const std::string& metric) {
  std::map<std::string, std::vector<double>> out;
  for (const TrialSummary& trial : trials) {
    std::vector<double>& values = out[to_string(trial.record.planned.cell)];
    if (trial.record.status != TrialStatus::ok) continue;
    for (const TrialMetric& found : trial_metrics(trial.record))
      if (found.name == metric && found.value) values.push_back(*found.value);
  }
  return out;
}

bool has_any(const std::map<std::string, std::vector<double>>& cells) {
  return std::any_of(cells.begin(), cells.end(), [](const auto& cell) { return !cell.second.empty(); });
}

std::string width_text(const std::optional<double>& half_width_percent) {
  return half_width_percent ? fmt::format("± {:.2g} %", *half_width_percent) : std::string("no interval");
}

}  // namespace

RepetitionAdvice advise_repetitions(const Experiment& experiment, const std::vector<TrialSummary>& trials, int done) {
  RepetitionAdvice advice{done, ""};
  if (experiment.ci_half_width_percent <= 0) return advice;
  for (const std::string& metric : experiment.stop_metrics) {
    const auto cells = values_by_cell(trials, metric);
    if (!has_any(cells)) {
      advice.why = fmt::format("no trial has {}, so its interval decides nothing", metric);
      continue;
    }
    for (const auto& [cell, values] : cells) {
      if (values.empty()) continue;  // Latency of a stream.
      const stats::StoppingAdvice of_cell =
          stats::decide(values, experiment.ci_half_width_percent, static_cast<std::size_t>(experiment.repetitions),
                        static_cast<std::size_t>(experiment.max_repetitions));
      if (of_cell.decision == stats::Stopping::enough) continue;
      const int wanted = of_cell.decision == stats::Stopping::needs_more ? done + static_cast<int>(of_cell.more) : done;
      if (wanted < advice.repetitions || (wanted == done && !advice.why.empty())) continue;
      advice.repetitions = std::min(wanted, experiment.max_repetitions);
      advice.why = fmt::format(
          "{}: {} has {}, wanted ± {:.2g} %{}", cell, metric, width_text(of_cell.half_width_percent),
          experiment.ci_half_width_percent,
          wanted == done ? fmt::format(", which {} repetitions do not reach", experiment.max_repetitions) : "");
    }
  }
  return advice;
}

std::vector<std::string> stop_metric_names() {
  return {"throughput_bps", "transactions_per_s", "latency_p50_us", "latency_p90_us", "latency_p99_us"};
}

}  // namespace sriov
