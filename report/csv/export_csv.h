// Results as CSV: tidy, RFC 4180, units in the header or in a column of their own.
#pragma once

#include <functional>
#include <string_view>

#include "core/result.h"
#include "store/store.h"

namespace sriov {

/// Takes the next part of the output; an error ends the export.
using Sink = std::function<Result<void>(std::string_view)>;

/// One line per trial, series and instant. Memory stays within one block of one collector.
[[nodiscard]] Result<void> export_samples_csv(const Store& store, const Sink& sink);
/// One line per trial, side of its workload, interval and count; latency percentiles where they were measured.
[[nodiscard]] Result<void> export_intervals_csv(const Store& store, const Sink& sink);
/// One line per trial and metric of trial_metrics(); an absent value is empty and `why` says why.
[[nodiscard]] Result<void> export_summary_csv(const Store& store, const Sink& sink);
/// One line per trial, one column per metric that any trial has (its unit is in the tidy form). The metrics of all
/// trials are kept until the last is read.
[[nodiscard]] Result<void> export_wide_csv(const Store& store, const Sink& sink);

}  // namespace sriov
