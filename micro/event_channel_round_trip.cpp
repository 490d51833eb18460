// An event and all that it takes to receive it in user space.
#include <optional>

#include "micro/benchmark.h"
#include "micro/event_loop_port.h"

namespace sriov {
namespace {

constexpr MicroDescription kDescription{
    "event_channel_round_trip",
    "One event sent to this domain itself, waited for, read and unmasked again by this process.",
    "The hypercalls that send and unmask, and the injection of the interrupt.",
    "IOCTL_EVTCHN_NOTIFY, poll, read and write on /dev/xen/evtchn"};

class EventChannelRoundTrip : public MicroBenchmark {
 public:
  const MicroDescription& description() const override { return kDescription; }
  Result<void> probe(const MicroContext& context) const override { return EventLoopPort::probe(context.host); }
  Result<void> prepare(const MicroContext& context) override {
    SRIOV_ASSIGN(EventLoopPort port, EventLoopPort::open(context.host));
    port_.emplace(std::move(port));
    return {};
  }
  void run(benchmark::State& state) override {
    for (auto _ : state) {
      if (port_->notify() && port_->consume()) continue;
      state.SkipWithError("an event was not delivered");
      break;
    }
  }

 private:
  std::optional<EventLoopPort> port_;
};

const Registration<MicroBenchmark, EventChannelRoundTrip> registration{"event_channel_round_trip"};

}  // namespace
}  // namespace sriov
