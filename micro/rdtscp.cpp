// RDTSCP: the time-stamp counter, read after all that stands before it is done.
#include "micro/benchmark.h"
#include "micro/cpu_flags.h"

namespace sriov {
namespace {

constexpr MicroDescription kDescription{"rdtscp",
                                        "One RDTSCP: it waits for earlier instructions, so calls follow each other.",
                                        "As rdtsc.", "the instruction"};

class Rdtscp : public MicroBenchmark {
 public:
  const MicroDescription& description() const override { return kDescription; }
  Result<void> probe(const MicroContext& context) const override {
    if (has_cpu_flag(context.host, "rdtscp")) return {};
    return fail_environment("this processor has no RDTSCP");
  }
  void run(benchmark::State& state) override {
    for (auto _ : state) {
      unsigned low = 0;
      unsigned high = 0;
      unsigned id = 0;
      asm volatile("rdtscp" : "=a"(low), "=d"(high), "=c"(id) : : "memory");
    }
  }
};

const Registration<MicroBenchmark, Rdtscp> registration{"rdtscp"};

}  // namespace
}  // namespace sriov
