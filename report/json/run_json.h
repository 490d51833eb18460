// A run for programs: what `show --json` prints.
#pragma once

#include "core/result.h"
#include "report/rendered_run.h"
#include "store/store.h"

namespace sriov {

/// The run as a JSON object, everything in it (docs/file-formats.md).
[[nodiscard]] Result<RenderedRun> run_json(const Store& store);

}  // namespace sriov
