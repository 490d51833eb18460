// The lab's machine: one QEMU process, its network namespace and what is remembered of it.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>

#include "core/result.h"
#include "host/file.h"
#include "host/process.h"
#include "testbed/lab/accelerator.h"
#include "testbed/lab/image.h"
#include "testbed/testbed.h"

namespace sriov::lab {

/// A running machine, as the state directory describes it.
struct MachineState {
  pid_t pid = 0;
  std::string start_time;  ///< Field 22 of /proc/PID/stat: tells it from a later process with the same pid.
  std::string flavour;     ///< "xen" or "linux".
  bool ready = false;      ///< dom0 has booted.
  Accelerator accelerator;
  std::string qemu_version;
  std::string image_directory;
  std::string image_key;
  HypervisorKind hypervisor = HypervisorKind::package;  ///< Means nothing for "linux".
  std::string xen_version;
  std::string console;  ///< Log of Xen and dom0.
  std::int64_t started_unix_ns = 0;
};

/// The machine of this state directory, if it runs. The truth is a lock that the emulator itself holds.
[[nodiscard]] std::optional<MachineState> running_machine();
/// Whether a machine runs or is being started.
[[nodiscard]] bool is_machine_locked();
/// Ends it, however it was started, and forgets it. Nothing to do when there is none.
[[nodiscard]] Result<void> stop_machine();

struct BootOptions {
  std::string flavour = "xen";
  Image image;
  bool owned = false;  ///< It dies with the calling thread, even by SIGKILL.
  Progress progress;
  std::function<bool()> should_stop;
};

/// A machine started here.
class BootedMachine {
 public:
  /// Boots it and waits until dom0 says that it is ready. Errors carry the end of the console log. KVM that does not
  /// get that far is given up for TCG.
  [[nodiscard]] static Result<BootedMachine> boot(const BootOptions& options);

  [[nodiscard]] const MachineState& state() const { return state_; }
  /// Lets it run on by itself.
  void leave() { child_.detach(); }
  /// Ends it.
  void stop();

 private:
  BootedMachine() = default;
  [[nodiscard]] static Result<BootedMachine> boot_with(const BootOptions& options, const Accelerator& accelerator);
  [[nodiscard]] Result<void> start(const BootOptions& options);
  [[nodiscard]] Result<void> await_ready(const BootOptions& options);

  MachineState state_;
  Fd trace_reader_;  ///< The emulator's trace must have a reader while it is opened.
  Child child_;
};

/// That this host has what booting takes; errors name the package.
[[nodiscard]] Result<void> check_host();

}  // namespace sriov::lab
