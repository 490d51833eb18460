// RDTSC: reading the time-stamp counter, as every clock does.
#include "micro/benchmark.h"

namespace sriov {
namespace {

constexpr MicroDescription kDescription{
    "rdtsc", "One RDTSC; it does not wait for what stands before it, so calls may overlap.",
    "None where the guest reads the real counter; one each where Xen emulates it (tsc_mode=1, or after a migration to "
    "a host of another frequency without TSC scaling).",
    "the instruction"};

class Rdtsc : public MicroBenchmark {
 public:
  const MicroDescription& description() const override { return kDescription; }
  void run(benchmark::State& state) override {
    for (auto _ : state) {
      unsigned low = 0;
      unsigned high = 0;
      asm volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    }
  }
};

const Registration<MicroBenchmark, Rdtsc> registration{"rdtsc"};

}  // namespace
}  // namespace sriov
