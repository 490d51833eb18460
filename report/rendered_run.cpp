#include "report/rendered_run.h"

#include <algorithm>

#include <fmt/format.h>

namespace sriov {

bool has_valid(const std::vector<TrialSummary>& trials) {
  return std::any_of(trials.begin(), trials.end(),
                     [](const TrialSummary& trial) { return trial.record.status == TrialStatus::ok; });
}

std::string hardware_label(const RunInfo& run) {
  if (!run.emulated) return "real hardware";
  return run.accelerator.empty() ? "EMULATED" : fmt::format("EMULATED (QEMU, {})", run.accelerator);
}

}  // namespace sriov
