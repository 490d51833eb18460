// What the output of another tool says of a run: plain data between the tool's parser and the report.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/histogram.h"
#include "core/result.h"
#include "core/workload_types.h"

namespace sriov {

/// A part of a run, in ns since the tool was started there; or, `at_end`, a time that ends as the tool does: what
/// tools set up before they begin takes long, and is not told.
struct ToolWindow {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  bool at_end = false;
};

/// Payload of one side's whole run, warm-up included; what the tool does not tell is not there.
struct ToolTotals {
  std::optional<double> sent;
  std::optional<double> received;
};

/// What one side's output tells, of that side and, where the tool's two ends exchange their results, of the other.
struct ToolReading {
  std::optional<ToolWindow> window;  ///< Absent: it ended before its window, or does not know (the peer's holds then).
  std::vector<Measure> own;          ///< Counts over the window, and what is told at its end. No rates, no CPU time.
  std::vector<Measure> peer;
  ToolTotals total;
  ToolTotals peer_total;
  std::optional<Histogram> latency_ns;      ///< Of samples in the window, where the tool gives them.
  std::vector<WorkloadInterval> intervals;  ///< Times since the tool's start.
  std::vector<AbsentMeasure> absent;        ///< What this run does not tell although the tool can.
  std::string note;
};

/// What the client's tool told of the server, which a server's reading may need.
struct ToolTold {
  std::vector<Measure> measures;
  ToolTotals total;

  [[nodiscard]] std::optional<double> measure(std::string_view name) const;
};
/// Takes what `reading` lacks from `told`.
void complete(ToolReading& reading, const ToolTold& told);

/// What a tool left behind.
struct ToolOutput {
  std::string_view out;      ///< Its standard output.
  std::string_view err;      ///< Its standard error.
  int exit_code = 0;         ///< 128 + signal when one killed it.
  bool interrupted = false;  ///< It, or its peer, was told to end early: its complaint about that is none.
};

/// How a run is cut.
struct ToolTiming {
  std::int64_t warmup_ns = 0;
  std::int64_t duration_ns = 0;  ///< 0: all of this run is warm-up.
  std::int64_t interval_ns = 0;  ///< Of the report; 0: none.
};

/// What one value of a tool's text is.
[[nodiscard]] Measure measured(const Metric& metric, double value);
/// The error of a tool that failed, from its last words: "iperf3 ended with exit code 1: unable to connect …".
[[nodiscard]] tl::unexpected<Error> tool_failure(std::string_view program, const ToolOutput& output);

}  // namespace sriov
