// A recording at a glance: what sampling did, and what moved.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzers/recording/recording_ratios.h"
#include "core/metric.h"
#include "core/result.h"
#include "store/store.h"

namespace sriov {

/// How sampling itself fared on one endpoint.
struct SamplingHealth {
  std::string endpoint;
  std::int64_t rows = 0;
  double seconds = 0;  ///< From the first row to the last.
  /// Absent when the `self` collector was not there.
  std::optional<std::int64_t> missed_deadlines;
  std::optional<std::int64_t> lateness_p50_ns;
  std::optional<std::int64_t> lateness_p99_ns;
  std::optional<std::int64_t> lateness_max_ns;
};

/// One series and its mean: per second for counters, the level for gauges.
struct SeriesMean {
  Labels labels;
  double value = 0;
};

/// The series of a metric on an endpoint that may be summed: they share the labels that tell it apart (mode, device,
/// …).
struct RecordedMetric {
  std::string endpoint;
  std::string metric;
  std::string unit;  ///< Of the metric; counters are told in it per second.
  MetricKind kind = MetricKind::counter;
  Labels group;                     ///< {"device": "eth1"}; empty when all its series may be summed.
  std::size_t series = 0;           ///< How many had a value.
  double value = 0;                 ///< Counters: the sum of all series; gauges: the highest mean.
  std::vector<SeriesMean> biggest;  ///< At most three, the biggest first.
  std::int64_t resets = 0;          ///< Falls of a counter; the interval around one is left out.
};

struct RecordingSummary {
  bool emulated = false;  ///< One of the machines is: its times are the emulator's.
  std::vector<SamplingHealth> endpoints;
  std::vector<RecordedMetric> metrics;  ///< By endpoint and metric; groups by value.
  std::vector<RecordedRatio> ratios;    ///< Per packet and per MiB, where both were sampled.
};

/// Reads one block at a time: a recording may be longer than memory.
[[nodiscard]] Result<RecordingSummary> summarize_recording(const Store& store, std::int64_t trial_id);

}  // namespace sriov
