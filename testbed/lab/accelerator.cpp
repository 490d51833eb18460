#include "testbed/lab/accelerator.h"

#include <fcntl.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "host/file.h"

namespace sriov::lab {
namespace {

constexpr unsigned kMostEntries = 256;
constexpr unsigned kVmx = 1U << 5U;  // CPUID 1, ecx.
constexpr unsigned kSvm = 1U << 2U;  // CPUID 0x80000001, ecx.

/// Whether KVM's machines would have SVM or VMX.
bool offers_nesting(int kvm) {
  // kvm_cpuid2 ends in an array whose length the caller chooses.
  std::vector<char> memory(sizeof(kvm_cpuid2) + kMostEntries * sizeof(kvm_cpuid_entry2));
  auto* list = reinterpret_cast<kvm_cpuid2*>(memory.data());
  list->nent = kMostEntries;
  if (::ioctl(kvm, KVM_GET_SUPPORTED_CPUID, list) != 0) return false;
  for (unsigned i = 0; i < list->nent && i < kMostEntries; ++i) {
    const kvm_cpuid_entry2& entry = list->entries[i];
    if (entry.function == 1 && (entry.ecx & kVmx) != 0) return true;
    if (entry.function == 0x80000001 && (entry.ecx & kSvm) != 0) return true;
  }
  return false;
}

}  // namespace

Accelerator choose_accelerator() {
  const char* given = std::getenv("SRIOV_BENCH_LAB_ACCEL");
  if (given != nullptr && (std::string_view(given) == "kvm" || std::string_view(given) == "tcg"))
    return {given, "SRIOV_BENCH_LAB_ACCEL"};
  const Fd kvm(::open("/dev/kvm", O_RDWR | O_CLOEXEC));
  if (!kvm.is_open()) return {"tcg", fmt::format("/dev/kvm: {}", std::strerror(errno))};
  const Fd vm(::ioctl(kvm.get(), KVM_CREATE_VM, 0));
  if (!vm.is_open()) return {"tcg", fmt::format("/dev/kvm makes no machine: {}", std::strerror(errno))};
  if (!offers_nesting(kvm.get()))
    return {"tcg", "KVM offers its machines no nested virtualization, which a hypervisor in them needs"};
  return {"kvm", "KVM with nested virtualization"};
}

}  // namespace sriov::lab
