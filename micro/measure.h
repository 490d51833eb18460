// Times a micro-benchmark with Google Benchmark.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/result.h"
#include "micro/benchmark.h"

namespace sriov {

/// One repetition of one benchmark.
struct MicroMeasurement {
  double ns_per_operation = 0;
  std::int64_t operations = 0;                 ///< How many were averaged.
  std::optional<double> cycles_per_operation;  ///< Of the time-stamp counter; absent with `why_no_cycles`.
  std::string why_no_cycles;
};

/// Whether it may run there and can: an unsafe one needs leave, then its probe decides.
[[nodiscard]] Result<void> check_micro(const MicroBenchmark& benchmark, const MicroContext& context);

/// Prepares it, pins the calling thread and runs it for about `seconds`. Once in a process: what it leaves behind (a
/// pin, blocked signals, warm caches) ends with the process.
[[nodiscard]] Result<MicroMeasurement> measure(MicroBenchmark& benchmark, const MicroContext& context, double seconds);

}  // namespace sriov
