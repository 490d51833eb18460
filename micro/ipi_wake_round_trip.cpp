// Two threads that wake each other up across CPUs.
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <optional>

#include "host/file.h"
#include "micro/benchmark.h"
#include "micro/second_thread.h"

namespace sriov {
namespace {

constexpr MicroDescription kDescription{
    "ipi_wake_round_trip",
    "One round trip between two sleeping threads on two CPUs: each wake-up is a rescheduling interrupt to an idle CPU.",
    "As ipi_membarrier, twice, and a HLT at each end: waking up a vCPU that Xen has taken off its processor.",
    "eventfd write and read, threads pinned"};

class IpiWakeRoundTrip : public MicroBenchmark {
 public:
  const MicroDescription& description() const override { return kDescription; }
  Result<void> probe(const MicroContext& context) const override { return check_second_cpu(context); }
  Result<void> prepare(const MicroContext& context) override {
    for (Fd& event : events_) {
      event = Fd(::eventfd(0, EFD_CLOEXEC));
      if (!event.is_open()) return fail_errno("cannot make an eventfd", errno);
    }
    other_.emplace(
        context.other_cpu,
        [this] {
          while (wait(events_[0]) && !stop_ && ring(events_[1])) continue;
        },
        [this] {
          stop_ = true;
          static_cast<void>(ring(events_[0]));
        });
    return {};
  }
  void run(benchmark::State& state) override {
    for (auto _ : state) {
      if (ring(events_[0]) && wait(events_[1])) continue;
      state.SkipWithError("an eventfd failed");
      break;
    }
  }

 private:
  static bool ring(const Fd& event) {
    const std::uint64_t one = 1;
    return ::write(event.get(), &one, sizeof(one)) == sizeof(one);
  }
  static bool wait(const Fd& event) {
    std::uint64_t count = 0;
    return ::read(event.get(), &count, sizeof(count)) == sizeof(count);
  }

  std::array<Fd, 2> events_;  ///< To the other thread, and back.
  std::atomic<bool> stop_{false};
  std::optional<SecondThread> other_;  ///< Last: it uses the others until it is joined.
};

const Registration<MicroBenchmark, IpiWakeRoundTrip> registration{"ipi_wake_round_trip"};

}  // namespace
}  // namespace sriov
