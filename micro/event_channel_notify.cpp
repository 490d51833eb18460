// Sending an event, as a front end does for every kick of its back end.
#include <optional>

#include "core/time.h"
#include "host/clock.h"
#include "micro/benchmark.h"
#include "micro/event_loop_port.h"

namespace sriov {
namespace {

constexpr MicroDescription kDescription{
    "event_channel_notify",
    "One event sent over an event channel of this domain to itself; taking it is not counted, its interrupt is.",
    "The hypercall (EVTCHNOP_send), and the injection of the event's interrupt.",
    "IOCTL_EVTCHN_NOTIFY on /dev/xen/evtchn"};

class EventChannelNotify : public MicroBenchmark {
 public:
  const MicroDescription& description() const override { return kDescription; }
  Result<void> probe(const MicroContext& context) const override { return EventLoopPort::probe(context.host); }
  Result<void> prepare(const MicroContext& context) override {
    SRIOV_ASSIGN(EventLoopPort port, EventLoopPort::open(context.host));
    port_.emplace(std::move(port));
    return {};
  }
  MicroTiming timing() const override { return {true, 1, 20'000}; }
  void run(benchmark::State& state) override {
    for (auto _ : state) {
      const std::int64_t begin_ns = monotonic_ns();
      const bool sent = port_->notify();
      state.SetIterationTime(static_cast<double>(monotonic_ns() - begin_ns) / kNsPerSecond);
      if (sent && port_->consume()) continue;
      state.SkipWithError("an event was not delivered");
      break;
    }
  }

 private:
  std::optional<EventLoopPort> port_;
};

const Registration<MicroBenchmark, EventChannelNotify> registration{"event_channel_notify"};

}  // namespace
}  // namespace sriov
