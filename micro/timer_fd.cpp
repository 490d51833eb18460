// A timer of its own, as an event loop has it.
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>

#include "core/time.h"
#include "host/clock.h"
#include "host/file.h"
#include "micro/timer_lateness.h"

namespace sriov {
namespace {

constexpr MicroDescription kDescription{"timer_fd", "How late a timerfd set 100 us ahead is read.", "As timer_sleep.",
                                        "timerfd_settime(TFD_TIMER_ABSTIME) and read"};

class TimerFd : public MicroBenchmark {
 public:
  const MicroDescription& description() const override { return kDescription; }
  Result<void> prepare(const MicroContext& /*context*/) override {
    use_exact_timers();
    timer_ = Fd(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
    if (!timer_.is_open()) return fail_errno("cannot make a timer", errno);
    return {};
  }
  MicroTiming timing() const override { return kTimerTiming; }
  void run(benchmark::State& state) override {
    for (auto _ : state) {
      const std::int64_t deadline_ns = monotonic_ns() + kTimerAheadNs;
      const itimerspec when{{0, 0}, {deadline_ns / kNsPerSecond, deadline_ns % kNsPerSecond}};
      std::uint64_t expirations = 0;
      if (::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr) != 0 ||
          ::read(timer_.get(), &expirations, sizeof(expirations)) != sizeof(expirations)) {
        state.SkipWithError("the timer failed");
        break;
      }
      count_lateness(state, deadline_ns);
    }
  }

 private:
  Fd timer_;
};

const Registration<MicroBenchmark, TimerFd> registration{"timer_fd"};

}  // namespace
}  // namespace sriov
