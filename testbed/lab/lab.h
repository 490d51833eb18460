// The machine of a run: the one that is up, or one of our own for as long as we live.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/result.h"
#include "testbed/lab/machine.h"
#include "testbed/testbed.h"

namespace sriov::lab {

/// Attached to a machine. One that was up before stays up; our own goes with us, however we end.
class Session {
 public:
  /// `flavour`: "xen" or "linux"; a machine of the other flavour that is up is an error. `hypervisor`: "source" or
  /// "package", for a machine of our own.
  [[nodiscard]] static Result<Session> attach(const std::string& flavour, HypervisorKind hypervisor,
                                              const Progress& progress, const std::function<bool()>& should_stop);

  [[nodiscard]] const MachineState& state() const { return own_ ? own_->state() : state_; }
  [[nodiscard]] bool is_own() const { return own_.has_value(); }
  [[nodiscard]] bool is_running() const;
  /// Stops it when it is ours.
  void end();

 private:
  MachineState state_;
  std::optional<BootedMachine> own_;
};

/// The [testbed_settings] value "hypervisor".
[[nodiscard]] Result<HypervisorKind> parse_hypervisor(const std::string& text);

}  // namespace sriov::lab
