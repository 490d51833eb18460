// The lab, for whoever uses it: the machine that is up or one that is booted, and what is in it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "host/shell.h"
#include "testbed/lab/guest_state.h"
#include "testbed/lab/hypervisor.h"
#include "testbed/lab/machine.h"
#include "testbed/lab/xen_machine.h"
#include "testbed/testbed.h"

namespace sriov::lab {

struct LabOptions {
  std::string flavour = "xen";  ///< Or "linux".
  /// For flavour "xen". Absent: that of the machine that is up, else HypervisorKind::package.
  std::optional<HypervisorKind> hypervisor = {};
  bool may_stay =
      false;  ///< leave() will be called. Otherwise a machine booted here goes with this process, by SIGKILL too.
  Progress progress = {};
  std::function<bool()> should_stop = {};
};

/// What there is, for those who ask.
struct LabStatus {
  std::optional<MachineState> machine;
  bool is_being_started = false;      ///< By another process, which has not said more yet.
  std::string image_directory;        ///< Of the image that this tool would use.
  std::string image_key;              ///< "" when its scripts are not there.
  std::vector<HypervisorKind> built;  ///< What that image has; none: it is not built.
  std::vector<GuestState> guests;     ///< Those that dom0 tells of; none when it does not answer.
};

/// A machine one is in. One that was up before stays up; one that was booted here ends with this object, unless it was
/// left.
class Lab {
 public:
  /// Enters the machine that is up, or makes sure of the image and boots it. A machine that is up with another flavour
  /// or hypervisor than asked for, or is still booting, is an error.
  [[nodiscard]] static Result<Lab> enter(const LabOptions& options);

  Lab(Lab&&) noexcept = default;
  Lab& operator=(Lab&&) = delete;
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;
  ~Lab() { end(); }

  [[nodiscard]] const MachineState& state() const { return own_ ? own_->state() : state_; }
  /// Whether it was booted here.
  [[nodiscard]] bool is_own() const { return own_ != nullptr; }
  [[nodiscard]] bool is_running() const;
  /// Flavour "xen": connects dom0, makes bridges, VFs and guests 1 … `count` where they are not there; returns how many
  /// guests run in all.
  [[nodiscard]] Result<int> make_guests(agent::EventLoop& loop, int count);
  /// What make_guests() made; null before.
  [[nodiscard]] XenMachine* inside() const { return inside_.get(); }
  /// Lets its agents go and the machine run on by itself.
  void leave();
  /// Stops the machine if it was booted here, then lets its agents go.
  void end();

  [[nodiscard]] static LabStatus status();
  /// Stops whatever machine is up; false when none was.
  [[nodiscard]] static Result<bool> down();
  /// The command that runs `words` (a shell when there are none) on "dom0", "guest1" … or "peer" of the machine that is
  /// up.
  [[nodiscard]] static Result<Command> command_in(const std::string& where, const Command& words);

 private:
  Lab() = default;

  LabOptions options_;
  MachineState state_;
  std::unique_ptr<BootedMachine> own_;
  std::unique_ptr<XenMachine> inside_;
};

}  // namespace sriov::lab
