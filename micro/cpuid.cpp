// CPUID: the instruction that a hypervisor always takes for itself in HVM guests.
#include "micro/benchmark.h"

namespace sriov {
namespace {

constexpr MicroDescription kDescription{
    "cpuid", "One CPUID, leaf 0 (vendor and highest leaf); it serialises, so calls do not overlap.",
    "Always: VT-x exits on CPUID unconditionally, SVM because Xen intercepts it. PV: none, or a fault that Xen takes "
    "where it uses CPUID faulting.",
    "the instruction"};

class Cpuid : public MicroBenchmark {
 public:
  const MicroDescription& description() const override { return kDescription; }
  void run(benchmark::State& state) override {
    for (auto _ : state) {
      unsigned a = 0;
      unsigned b = 0;
      unsigned c = 0;
      unsigned d = 0;
      asm volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d) : : "memory");
    }
  }
};

const Registration<MicroBenchmark, Cpuid> registration{"cpuid"};

}  // namespace
}  // namespace sriov
