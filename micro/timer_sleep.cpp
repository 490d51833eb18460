// Sleeping until a time.
#include "host/clock.h"
#include "micro/timer_lateness.h"

namespace sriov {
namespace {

constexpr MicroDescription kDescription{
    "timer_sleep", "How late clock_nanosleep wakes up from a deadline 100 us ahead.",
    "Setting the timer (Xen's set_singleshot_timer, or the TSC deadline register), HLT when nothing else runs, and the "
    "injection of the timer's interrupt.",
    "clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME), no timer slack"};

class TimerSleep : public MicroBenchmark {
 public:
  const MicroDescription& description() const override { return kDescription; }
  Result<void> prepare(const MicroContext& /*context*/) override {
    use_exact_timers();
    return {};
  }
  MicroTiming timing() const override { return kTimerTiming; }
  void run(benchmark::State& state) override {
    for (auto _ : state) {
      const std::int64_t deadline_ns = monotonic_ns() + kTimerAheadNs;
      sleep_until_ns(deadline_ns);
      count_lateness(state, deadline_ns);
    }
  }
};

const Registration<MicroBenchmark, TimerSleep> registration{"timer_sleep"};

}  // namespace
}  // namespace sriov
