// A hypercall that only asks for Xen's version.
#include <fcntl.h>
#include <sys/ioctl.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "host/file.h"
#include "micro/benchmark.h"

namespace sriov {
namespace {

constexpr MicroDescription kDescription{
    "hypercall",
    "One xen_version hypercall (XENVER_version) through the kernel's privcmd device: an ioctl and the call.",
    "One each: VMCALL on VT-x, VMMCALL on SVM. PV: a SYSCALL into Xen.", "IOCTL_PRIVCMD_HYPERCALL on /dev/xen/privcmd"};

/// struct privcmd_hypercall of the kernel's xen/privcmd.h, which includes a header that is not installed with it.
struct PrivcmdHypercall {
  std::uint64_t number;
  std::array<std::uint64_t, 5> arguments;
};
const unsigned long kPrivcmdHypercall = _IOC(_IOC_NONE, 'P', 0, sizeof(PrivcmdHypercall));
constexpr std::uint64_t kXenVersion = 17;  // __HYPERVISOR_xen_version; its command 0 is XENVER_version.

class Hypercall : public MicroBenchmark {
 public:
  const MicroDescription& description() const override { return kDescription; }
  Result<void> probe(const MicroContext& context) const override {
    return check_device_node(context.host.dev + "/xen/privcmd",
                             "a Xen domain whose kernel has CONFIG_XEN_PRIVCMD has it: modprobe xen-privcmd");
  }
  Result<void> prepare(const MicroContext& context) override {
    const std::string path = context.host.dev + "/xen/privcmd";
    device_ = Fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!device_.is_open()) return fail_errno("cannot open " + path, errno);
    if (call() > 0) return {};
    return fail_errno("Xen did not tell its version", errno, path);
  }
  void run(benchmark::State& state) override {
    for (auto _ : state)
      if (call() <= 0) {
        state.SkipWithError("the hypercall failed");
        break;
      }
  }

 private:
  [[nodiscard]] int call() const {
    PrivcmdHypercall request{kXenVersion, {}};
    return ::ioctl(device_.get(), kPrivcmdHypercall, &request);
  }
  Fd device_;
};

const Registration<MicroBenchmark, Hypercall> registration{"hypercall"};

}  // namespace
}  // namespace sriov
