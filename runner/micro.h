// The micro-benchmarks at several endpoints, as a run: one trial is one repetition of the suite in one place.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "runner/micro_answer.h"
#include "runner/record.h"
#include "testbed/testbed.h"

namespace sriov {

struct MicroRequest {
  std::vector<RecordEndpoint> endpoints;  ///< Of different names, at least one.
  std::string filter;                     ///< A regular expression that names must contain; "" for all.
  int repetitions = 5;
  std::optional<int> cpu;  ///< Absent: the last one of each machine.
  bool unsafe = false;
  std::int64_t duration_ns = 100 * kNsPerMs;  ///< Of one benchmark in one repetition, about.
  std::string directory;                      ///< Where the run goes; it must not hold one.
  std::function<bool()> should_stop;
  std::function<void(const std::string&)> on_event;
  Progress on_progress;
};

struct MicroOutcome {
  std::string incomplete_because;  ///< "" when everything was done.
};

/// The benchmarks that `filter` leaves, and whether they work, by endpoint in the request's order.
struct MicroList {
  std::string endpoint;
  std::vector<MicroEntry> entries;
};
[[nodiscard]] Result<std::vector<MicroList>> list_micro(const MicroRequest& request);

/// Runs and stores it. Repetitions are blocks: each visits all endpoints, beginning with another one each time, and the
/// benchmarks of a repetition come in an order of its own, so that drift meets all alike. A benchmark that cannot work
/// somewhere is absent there with the reason; an endpoint that is lost is left out from then on and told. should_stop
/// is heeded between two benchmarks; the repetition that it cuts short is not kept.
[[nodiscard]] Result<MicroOutcome> run_micro(const MicroRequest& request);

}  // namespace sriov
