// Whether the lab's machine can run on KVM.
#pragma once

#include <string>

namespace sriov::lab {

struct Accelerator {
  std::string name;    ///< "kvm" or "tcg" (software emulation).
  std::string reason;  ///< Why: "no /dev/kvm".
};

/// KVM only where it makes machines and offers them virtualization themselves (Xen's HVM guests need SVM or VMX).
/// $SRIOV_BENCH_LAB_ACCEL ("kvm" or "tcg") overrides.
[[nodiscard]] Accelerator choose_accelerator();

}  // namespace sriov::lab
