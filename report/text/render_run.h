// A run as text: what `show` prints.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "report/text/render_environment.h"
#include "report/text/text_table.h"
#include "store/store.h"

namespace sriov {

/// "EMULATED (QEMU, tcg)" or "real hardware".
[[nodiscard]] std::string hardware_label(const RunInfo& run);

/// Whether one of them counts.
[[nodiscard]] bool has_valid(const std::vector<TrialSummary>& trials);

/// Of text or JSON.
struct RenderedRun {
  std::string text;
  bool has_valid_trial = false;
};
/// Header, facts of the machines, trials, events.
[[nodiscard]] Result<RenderedRun> render_run(const Store& store, const TextStyle& style,
                                             EnvironmentDetail detail = EnvironmentDetail::brief);
/// The same, everything in it, as a JSON object (docs/file-formats.md).
[[nodiscard]] Result<RenderedRun> run_json(const Store& store);

}  // namespace sriov
