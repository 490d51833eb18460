// A system call that does next to nothing.
#include <sys/syscall.h>
#include <unistd.h>

#include "micro/benchmark.h"

namespace sriov {
namespace {

constexpr MicroDescription kDescription{
    "syscall_getpid", "One getpid(2) through syscall(2): into the kernel and back.",
    "None: the kernel is the guest's own. PV guests of 64 bits enter through Xen, which switches page tables.",
    "syscall(SYS_getpid)"};

class SyscallGetpid : public MicroBenchmark {
 public:
  const MicroDescription& description() const override { return kDescription; }
  void run(benchmark::State& state) override {
    for (auto _ : state) benchmark::DoNotOptimize(::syscall(SYS_getpid));
  }
};

const Registration<MicroBenchmark, SyscallGetpid> registration{"syscall_getpid"};

}  // namespace
}  // namespace sriov
