// The plan of an experiment: its trials in their order, the text of their levels parsed.
#pragma once

#include <string>
#include <vector>

#include "core/experiment.h"
#include "core/result.h"
#include "core/trial_settings.h"
#include "core/workload_types.h"
#include "runner/knob_keeper.h"

namespace sriov {

/// One trial to be run, ready to use: nobody looks into its levels for what it is to do.
struct PlannedTrial {
  TrialPlace place;
  std::string path;
  TrialSettings settings;          ///< How it uses the testbed.
  WorkloadSpec workload;           ///< What its workload is asked to do, addresses and ports apart.
  std::vector<KnobSetting> knobs;  ///< Those that do not vary among them.
};

/// The trial at a place of the experiment's plan. A usage error when its levels do not go together; load_experiment()
/// tells each of them with its place in the file.
[[nodiscard]] Result<PlannedTrial> plan_trial(const Experiment& experiment, TrialPlace place);
/// All of them, in the order of trial_order().
[[nodiscard]] Result<std::vector<PlannedTrial>> make_plan(const Experiment& experiment);

/// What trials need of a testbed, all together.
struct Needs {
  int guests = 1;
  bool guest_pairs = false;  ///< Some trial's traffic is between guests.
  bool ipv6 = false;
};
[[nodiscard]] Needs needs_of(const std::vector<PlannedTrial>& plan);

}  // namespace sriov
