// Carries out an experiment: plan, trials, verification, store.
#pragma once

#include <functional>
#include <string>

#include "core/experiment.h"
#include "core/result.h"
#include "testbed/testbed.h"

namespace sriov {

struct RunOptions {
  std::string directory;  ///< Where the result goes.
  bool resume = false;    ///< Continue the run that is there; only what is missing is done.
  std::map<std::string, std::string> testbed_settings;
  Progress progress;
  std::function<bool()> should_stop;  ///< Ctrl-C: finish nothing new, keep what is there.
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

/// Every finished trial is in the store before the next begins. A failed trial is repeated once.
[[nodiscard]] Result<RunOutcome> run_experiment(const Experiment& experiment, Testbed& testbed,
                                                const RunOptions& options);

}  // namespace sriov
