// Carries out an experiment: plan, trials, verification, store.
#pragma once

#include <functional>
#include <string>

#include "core/experiment.h"
#include "core/result.h"
#include "core/trial.h"
#include "testbed/testbed.h"

namespace sriov {

struct RunOptions {
  std::string directory;  ///< Where the result goes.
  bool resume = false;    ///< Continue the run that is there; only what is missing is done.
  bool live = false;      ///< Samples of the trial under way are in live_directory() while it runs.
  Progress progress;
  std::function<bool()> should_stop;  ///< Ctrl-C: finish nothing new, keep what is there.
  /// Told of every trial that was stored, and of what is worth saying in between.
  std::function<void(const TrialRecord&)> on_trial;
  std::function<void(const std::string&)> on_event;
};

struct RunOutcome {
  int planned = 0;
  int ok = 0;
  int invalid = 0;
  int failed = 0;
  bool complete = false;  ///< All planned trials are in the store.
  std::string directory;
  std::string stopped_because;  ///< Why it is incomplete.
};

/// Every finished trial is in the store before the next begins. A failed trial is kept and repeated once. The testbed
/// is up()ed and down()ed here, and held against other controllers meanwhile. An Error means that nothing was run; a
/// run that was stopped midway is an outcome that is not complete.
[[nodiscard]] Result<RunOutcome> run_experiment(const Experiment& experiment, Testbed& testbed,
                                                const RunOptions& options);

}  // namespace sriov
