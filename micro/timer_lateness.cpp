#include "micro/timer_lateness.h"

#include <sys/prctl.h>

#include <algorithm>

#include "host/clock.h"

namespace sriov {

void use_exact_timers() { ::prctl(PR_SET_TIMERSLACK, 1); }

void count_lateness(benchmark::State& state, std::int64_t deadline_ns) {
  const std::int64_t late_ns = std::max<std::int64_t>(monotonic_ns() - deadline_ns, 0);
  state.SetIterationTime(static_cast<double>(late_ns) / 1e9);
}

}  // namespace sriov
