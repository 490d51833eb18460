// An interrupt from one CPU to another, and its answer.
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <optional>

#include "micro/benchmark.h"
#include "micro/second_thread.h"

namespace sriov {
namespace {

constexpr MicroDescription kDescription{
    "ipi_membarrier",
    "One membarrier(2) of this process while its other thread runs on another CPU: an inter-processor interrupt sent, "
    "handled and waited for. As a TLB shootdown does it.",
    "Sending (ICR write; none with AVIC or IPI virtualization) and, without posted interrupts, one at the receiver. "
    "Xen guests with PV IPIs: a hypercall.",
    "membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED)"};

int membarrier(int command) { return static_cast<int>(::syscall(SYS_membarrier, command, 0, 0)); }

class IpiMembarrier : public MicroBenchmark {
 public:
  const MicroDescription& description() const override { return kDescription; }
  Result<void> probe(const MicroContext& context) const override { return check_second_cpu(context); }
  Result<void> prepare(const MicroContext& context) override {
    if (membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) != 0)
      return fail_errno("the kernel has no private expedited membarrier", errno, {});
    other_.emplace(
        context.other_cpu,
        [this] {
          running_ = true;
          while (!stop_.load(std::memory_order_relaxed)) __builtin_ia32_pause();
        },
        [this] { stop_ = true; });
    while (!running_) ::usleep(100);
    return {};
  }
  void run(benchmark::State& state) override {
    for (auto _ : state)
      if (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0) {
        state.SkipWithError("membarrier failed");
        break;
      }
  }

 private:
  std::atomic<bool> running_{false};
  std::atomic<bool> stop_{false};
  std::optional<SecondThread> other_;  ///< Last: it uses the others until it is joined.
};

const Registration<MicroBenchmark, IpiMembarrier> registration{"ipi_membarrier"};

}  // namespace
}  // namespace sriov
