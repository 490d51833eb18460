// The emulator's command line: a Q35 with an emulated IOMMU and two igb cards.
#pragma once

#include <string>

#include "host/shell.h"

namespace sriov::lab {

struct QemuOptions {
  std::string flavour;      ///< "xen": dom0 on the hypervisor; "linux": the kernel alone.
  std::string accelerator;  ///< "kvm" or "tcg".
  std::string image;        ///< Directory of the image.
  std::string hypervisor;   ///< Multiboot file; for "xen".
  std::string overlay;      ///< The second disk.
  std::string console;      ///< Log file that the serial port is written to.
  std::string monitor;      ///< Unix socket on which QEMU takes commands (QMP).
  std::string trace;        ///< Named pipe that it writes its trace to.
  int memory_mib = 4096;
};

/// Port of dom0's ssh inside the machine's network namespace, on 127.0.0.1.
constexpr int kSshPort = 2222;

/// To be run by launch.sh, in the namespace that has wire0 and wire1.
[[nodiscard]] Command qemu_command(const QemuOptions& options);

}  // namespace sriov::lab
