// What `show` says of a run, as text or as JSON.
#pragma once

#include <string>
#include <vector>

#include "store/store.h"

namespace sriov {

/// Of text or JSON.
struct RenderedRun {
  std::string text;
  bool has_valid_trial = false;
};

/// Whether one of them counts.
[[nodiscard]] bool has_valid(const std::vector<TrialSummary>& trials);

/// "EMULATED (QEMU, tcg)" or "real hardware".
[[nodiscard]] std::string hardware_label(const RunInfo& run);

}  // namespace sriov
