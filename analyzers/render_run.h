// A run as text: what `show` prints.
#pragma once

#include <string>

#include "analyzers/text_table.h"
#include "core/result.h"
#include "store/store.h"

namespace sriov {

/// "EMULATED (QEMU, tcg)" or "real hardware".
[[nodiscard]] std::string hardware_label(const RunInfo& run);

struct RenderedRun {
  std::string text;
  bool has_valid_trial = false;
};
/// Header, facts of the machines, trials, events.
[[nodiscard]] Result<RenderedRun> render_run(const Store& store, const TextStyle& style);

}  // namespace sriov
