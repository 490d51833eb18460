#include "testbed/lab/lab.h"

#include <fmt/format.h>

#include "testbed/lab/access.h"
#include "testbed/lab/image.h"
#include "testbed/lab/machine_state.h"
#include "testbed/lab/places.h"

namespace sriov::lab {
namespace {

constexpr const char* kDown = "sriov-bench lab down";

/// That the machine that is up is the one that is wanted.
Result<void> check_fit(const MachineState& machine, const LabOptions& options) {
  if (machine.flavour != options.flavour)
    return fail(fmt::format("the lab is up with flavour {}, and {} is needed", machine.flavour, options.flavour), "lab",
                kDown);
  if (!machine.ready)
    return fail("the lab's machine has not finished booting", "lab", fmt::format("wait for it, or: {}", kDown));
  if (machine.flavour == "xen" && options.hypervisor && *options.hypervisor != machine.hypervisor)
    return fail(fmt::format("the lab is up with hypervisor {}, and {} is needed", to_text(machine.hypervisor),
                            to_text(*options.hypervisor)),
                "lab", kDown);
  return {};
}

std::vector<GuestState> guests_of(const MachineState& machine) {
  if (!machine.ready || machine.flavour != "xen" || !write_ssh_config(machine)) return {};
  const auto text = LocalShell().output_of(ssh_command(machine, "dom0", {"xl", "list"}));
  return text ? parse_guest_states(*text) : std::vector<GuestState>{};
}

}  // namespace

Result<Lab> Lab::enter(const LabOptions& options) {
  Lab lab;
  lab.options_ = options;
  if (const auto running = running_machine()) {
    SRIOV_TRY(check_fit(*running, options));
    lab.state_ = *running;
  } else {
    BootOptions boot;
    boot.flavour = options.flavour;
    boot.owned = !options.may_stay;
    boot.progress = options.progress;
    boot.should_stop = options.should_stop;
    SRIOV_TRY(check_host());
    const HypervisorKind hypervisor = options.hypervisor.value_or(HypervisorKind::package);
    SRIOV_ASSIGN(boot.image, ensure_image({hypervisor, false}, options.progress, options.should_stop));
    SRIOV_ASSIGN(BootedMachine booted, BootedMachine::boot(boot));
    lab.own_ = std::make_unique<BootedMachine>(std::move(booted));
  }
  SRIOV_TRY(write_ssh_config(lab.state()));
  return lab;
}

bool Lab::is_running() const { return process_start_time(state().pid) == state().start_time; }

Result<int> Lab::make_guests(agent::EventLoop& loop, int count) {
  inside_ = std::make_unique<XenMachine>(loop, state(), options_.progress, options_.should_stop);
  SRIOV_TRY(inside_->prepare());
  return inside_->make_guests(count);
}

void Lab::leave() {
  if (inside_) inside_->release();
  inside_.reset();
  if (own_) state_ = own_->state();
  if (own_) own_->leave();
  own_.reset();
}

void Lab::end() {
  // A machine of our own is thrown away as it is, before its agents are let go: nothing in it needs to be put back.
  if (own_) own_->stop();
  if (inside_) inside_->release();
  inside_.reset();
  own_.reset();
}

LabStatus Lab::status() {
  LabStatus status;
  status.machine = running_machine();
  status.is_being_started = !status.machine && is_machine_locked();
  status.image_key = image_key().value_or("");
  status.image_directory = fmt::format("{}/{}", cache_directory(), status.image_key);
  status.built = built_hypervisors();
  if (status.machine) status.guests = guests_of(*status.machine);
  return status;
}

Result<bool> Lab::down() {
  const bool was_up = is_machine_locked();
  SRIOV_TRY(stop_machine());
  return was_up;
}

Result<Command> Lab::command_in(const std::string& where, const Command& words) {
  const auto machine = running_machine();
  if (!machine || !machine->ready) return fail("the lab is not up", {}, "sriov-bench lab up");
  SRIOV_TRY(write_ssh_config(*machine));
  if (where == "peer") return peer_command(*machine, words.empty() ? Command{"/bin/sh"} : words);
  if (where == "dom0" || where.starts_with("guest")) return ssh_command(*machine, where, words);
  return fail_usage(fmt::format("there is no '{}' in the lab", where), {}, "known: dom0, guest1 …, peer");
}

}  // namespace sriov::lab
