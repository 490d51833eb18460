#include "runner/plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "workloads/workload.h"

namespace sriov {
namespace {

/// Options of all workloads that mean something to this one, then its own, then its levels: later ones win.
Result<WorkloadSpec> begin_spec(const Experiment& experiment, const std::string& name) {
  WorkloadSpec spec;
  spec.workload = name;
  const auto workload = WorkloadRegistry::instance().make(name);
  if (!workload) return fail_usage(fmt::format("unknown workload '{}'", name));
  spec.message_bytes = workload->default_message_bytes();
  spec.warmup_ns = experiment.warmup_ns;
  spec.duration_ns = experiment.duration_ns;
  const std::string own = name + '.';
  for (const auto& [option, value] : experiment.workload_options)
    if (option.find('.') == std::string::npos && means_something(option, *workload))
      SRIOV_TRY(set_workload_option(spec, option, value));
  for (const auto& [option, value] : experiment.workload_options)
    if (option.starts_with(own)) SRIOV_TRY(set_workload_option(spec, option.substr(own.size()), value));
  return spec;
}

std::vector<KnobSetting> knob_settings(const std::map<std::string, std::string>& values) {
  std::vector<KnobSetting> out;
  for (const auto& [text, value] : values)
    if (auto name = parse_knob_name(text)) out.push_back({std::move(*name), value});
  return out;
}

}  // namespace

Result<PlannedTrial> plan_trial(const Experiment& experiment, TrialPlace place) {
  PlannedTrial trial;
  trial.path = place.cell.at("path");
  trial.settings = experiment.settings;
  SRIOV_ASSIGN(trial.workload, begin_spec(experiment, place.cell.at("workload")));
  std::map<std::string, std::string> knobs = experiment.knobs;
  for (const auto& [factor, level] : place.cell) {
    if (factor == "path" || factor == "workload") continue;
    if (const TrialSetting* setting = find_trial_setting(factor))
      SRIOV_TRY(setting->set(trial.settings, level));
    else if (parse_knob_name(factor))
      knobs[factor] = level;
    else
      SRIOV_TRY(set_workload_option(trial.workload, factor, level));
  }
  SRIOV_TRY(check_trial_settings(trial.settings));
  trial.knobs = knob_settings(knobs);
  trial.place = std::move(place);
  return trial;
}

Result<std::vector<PlannedTrial>> make_plan(const Experiment& experiment) {
  std::vector<PlannedTrial> plan;
  for (TrialPlace& place : trial_order(experiment)) {
    SRIOV_ASSIGN(PlannedTrial trial, plan_trial(experiment, std::move(place)));
    plan.push_back(std::move(trial));
  }
  return plan;
}

Needs needs_of(const std::vector<PlannedTrial>& plan) {
  Needs needs;
  for (const PlannedTrial& trial : plan) {
    needs.guests = std::max(needs.guests, trial.settings.guests);
    needs.guest_pairs = needs.guest_pairs || trial.settings.partner == Partner::guest;
    needs.ipv6 = needs.ipv6 || trial.settings.ip_version == 6;
  }
  return needs;
}

}  // namespace sriov
