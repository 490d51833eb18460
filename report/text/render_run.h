// A run for people: what `show` prints.
#pragma once

#include "core/result.h"
#include "report/rendered_run.h"
#include "report/text/render_environment.h"
#include "report/text/text_table.h"
#include "store/store.h"

namespace sriov {

/// Header, facts of the machines, trials, events.
[[nodiscard]] Result<RenderedRun> render_run(const Store& store, const TextStyle& style,
                                             EnvironmentDetail detail = EnvironmentDetail::brief);

}  // namespace sriov
