// How late a timer is.
#pragma once

#include <cstdint>

#include "micro/benchmark.h"

namespace sriov {

/// How far ahead deadlines are set: far enough for the CPU to become idle.
inline constexpr std::int64_t kTimerAheadNs = 100'000;
/// An iteration takes that and its lateness, which is what is counted.
inline constexpr MicroTiming kTimerTiming{true, 1, 2 * kTimerAheadNs};

/// Takes the slack away that the kernel grants itself for timers of ordinary threads.
void use_exact_timers();
/// Now minus the deadline; never negative.
void count_lateness(benchmark::State& state, std::int64_t deadline_ns);

}  // namespace sriov
