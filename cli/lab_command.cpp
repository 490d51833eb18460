// sriov-bench lab: builds, boots and enters the emulated Xen machine.
#include <unistd.h>

#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "agent/client.h"
#include "cli/progress.h"
#include "cli/subcommand.h"
#include "core/text.h"
#include "host/clock.h"
#include "host/lab_files.h"
#include "host/shell.h"
#include "testbed/lab/access.h"
#include "testbed/lab/guest_state.h"
#include "testbed/lab/image.h"
#include "testbed/lab/lab.h"
#include "testbed/lab/lab_guest.h"
#include "testbed/lab/machine.h"
#include "testbed/lab/places.h"
#include "testbed/lab/xen_machine.h"
#include "testbed/lock.h"

namespace sriov::cli {
namespace {

std::string testbed_of(const std::string& flavour) { return flavour == "xen" ? "lab" : "lab-linux"; }

class LabCommand : public Subcommand {
 public:
  void declare(CLI::App& app) override {
    app.description("The lab: a whole Xen machine with an SR-IOV card, emulated by QEMU on this host");
    app.require_subcommand(1);
    build_ = app.add_subcommand("build", "Build its disk images and hypervisor (once; minutes, needs the network)");
    build_->add_option("--hypervisor", hypervisor_, "source (built from the distribution's source) or package")
        ->type_name("KIND");
    build_->add_flag("--force", force_, "Build anew even when there is an image");
    up_ = app.add_subcommand("up", "Boot it and leave it up; `run --testbed lab` then uses it");
    up_->add_option("--guests", guests_, "Guests to make")->check(CLI::Range(1, lab::kMostGuests))->type_name("N");
    up_->add_option("--flavour", flavour_, "xen, or linux (no hypervisor; for --testbed lab-linux)")
        ->check(CLI::IsMember({"xen", "linux"}))
        ->type_name("NAME");
    up_->add_option("--hypervisor", hypervisor_, "source or package")->type_name("KIND");
    down_ = app.add_subcommand("down", "Stop it; nothing of it is left");
    status_ = app.add_subcommand("status", "Say whether it is up, and what it is");
    status_->add_flag("--json", json_, "Print JSON");
    shell_ = app.add_subcommand("shell", "A shell in it");
    shell_->add_option("where", where_, "dom0 (default), guest1 …, or peer")->type_name("ENDPOINT");
    shell_->add_option("command", command_, "A command instead of a shell, after --")->type_name("COMMAND");
    for (CLI::App* command : {build_, up_, down_, status_}) command->footer("");
    shell_->footer("Example: sudo sriov-bench lab shell guest1 -- cat /proc/interrupts");
    app.footer(
        "Examples:\n"
        "  sudo sriov-bench lab build\n"
        "  sudo sriov-bench lab up --guests 2\n"
        "  sudo sriov-bench lab shell guest1 -- cat /proc/interrupts\n"
        "  sudo sriov-bench run smoke --testbed lab\n"
        "  sudo sriov-bench lab down\n"
        "Images are in $SRIOV_BENCH_CACHE (default: ~/.cache/sriov-bench).");
  }

  Result<int> run() override {
    if (build_->parsed()) return build();
    if (up_->parsed()) return up();
    if (down_->parsed()) return down();
    if (status_->parsed()) return status();
    return shell();
  }

 private:
  static std::function<bool()> stopper() {
    return [] { return interrupted(); };
  }
  static Progress shower(ProgressLine& line) {
    return [&line](const Stage& stage) { line.show(stage); };
  }

  Result<int> build() const {
    SRIOV_ASSIGN(const lab::HypervisorKind kind, lab::parse_hypervisor(hypervisor_));
    ProgressLine line;
    SRIOV_ASSIGN(const lab::Image image, lab::ensure_image({kind, force_}, shower(line), stopper()));
    line.clear();
    if (!image.note.empty()) fmt::print(stderr, "sriov-bench: {}\n", image.note);
    fmt::print("image {} is ready: Xen {} ({}), {}\n{}\n", image.key, image.xen_version, image.hypervisor_kind,
               image.hap ? "nested paging" : "shadow paging", image.directory);
    return kOk;
  }

  Result<int> up() const {
    SRIOV_ASSIGN(const lab::HypervisorKind kind, lab::parse_hypervisor(hypervisor_));
    SRIOV_ASSIGN(const TestbedLock lock, TestbedLock::take(testbed_of(flavour_), "lab up"));
    ProgressLine line;
    auto machine = lab::running_machine();
    const bool was_up = machine && machine->ready;
    if (was_up && machine->flavour != flavour_)
      return fail(fmt::format("the lab is up with flavour {}", machine->flavour), {}, "sriov-bench lab down");
    if (!was_up) {
      lab::BootOptions boot;
      boot.flavour = flavour_;
      boot.progress = shower(line);
      boot.should_stop = stopper();
      SRIOV_TRY(lab::check_host());
      SRIOV_ASSIGN(boot.image, lab::ensure_image({kind, false}, boot.progress, boot.should_stop));
      SRIOV_ASSIGN(lab::BootedMachine booted, lab::BootedMachine::boot(boot));
      machine = booted.state();
      booted.leave();
    }
    SRIOV_TRY(lab::write_ssh_config(*machine));
    int guests = 0;
    if (flavour_ == "xen") {
      auto made = make_guests(*machine, line);
      if (!made) {
        if (!was_up) (void)lab::stop_machine();
        return tl::unexpected(made.error());
      }
      guests = *made;
    }
    line.clear();
    fmt::print("the lab is {}up: {}{}, {} ({})\n", was_up ? "already " : "", machine->flavour,
               flavour_ == "xen" ? fmt::format(" with {} guest{}", guests, guests == 1 ? "" : "s") : "",
               machine->accelerator.name, machine->accelerator.reason);
    return kOk;
  }

  /// How many run then.
  Result<int> make_guests(const lab::MachineState& machine, ProgressLine& line) const {
    agent::EventLoop loop;
    lab::XenMachine inside(loop, machine, shower(line), stopper());
    SRIOV_TRY(inside.prepare());
    SRIOV_ASSIGN(const int guests, inside.make_guests(guests_));
    line.clear();
    for (const std::string& remake : inside.remakes()) fmt::print(stderr, "sriov-bench: made again: {}\n", remake);
    inside.release();
    return guests;
  }

  static Result<int> down() {
    SRIOV_ASSIGN(const TestbedLock xen_lock, TestbedLock::take("lab", "lab down"));
    SRIOV_ASSIGN(const TestbedLock linux_lock, TestbedLock::take("lab-linux", "lab down"));
    const bool was_up = lab::is_machine_locked();
    SRIOV_TRY(lab::stop_machine());
    fmt::print("the lab is {}down\n", was_up ? "" : "already ");
    return kOk;
  }

  Result<int> status() const {
    const auto machine = lab::running_machine();
    const auto key = lab::image_key({});
    const bool built = lab::find_image({}).has_value();
    if (json_) {
      nlohmann::ordered_json out{{"up", machine && machine->ready},
                                 {"image_built", built},
                                 {"image_key", key ? *key : ""},
                                 {"cache_directory", lab::cache_directory()},
                                 {"state_directory", lab_state_directory()}};
      if (machine) out["machine"] = to_json(*machine);
      if (machine) out["guests"] = nlohmann::ordered_json::array();
      for (const lab::GuestState& guest : guests_of(machine))
        out["guests"].push_back({{"name", guest.name}, {"state", guest.state}});
      fmt::print("{}\n", out.dump(2));
      return kOk;
    }
    fmt::print("image:   {}\n", built ? fmt::format("{}/{}", lab::cache_directory(), *key) : "not built");
    if (!machine) {
      fmt::print("machine: {}\n", lab::is_machine_locked() ? "being started" : "down");
      return kOk;
    }
    fmt::print("machine: {}, {}, up for {} (QEMU {}, pid {})\n", machine->ready ? "up" : "booting", machine->flavour,
               format_duration(unix_ns() - machine->started_unix_ns), machine->qemu_version, machine->pid);
    if (machine->flavour == "xen")
      fmt::print("xen:     {} ({}), {}\n", machine->xen_version, machine->hypervisor,
                 machine->hap ? "nested paging" : "shadow paging");
    for (const lab::GuestState& guest : guests_of(machine)) fmt::print("guest:   {}, {}\n", guest.name, guest.state);
    fmt::print("runs on: {}: {}\nconsole: {}\n", machine->accelerator.name, machine->accelerator.reason,
               machine->console);
    return kOk;
  }

  /// Those that dom0 tells of; none when it does not answer.
  static std::vector<lab::GuestState> guests_of(const std::optional<lab::MachineState>& machine) {
    if (!machine || !machine->ready || machine->flavour != "xen" || !lab::write_ssh_config(*machine)) return {};
    const auto text = LocalShell().output_of(lab::ssh_command(*machine, "dom0", {"xl", "list"}));
    return text ? lab::parse_guest_states(*text) : std::vector<lab::GuestState>{};
  }

  static nlohmann::ordered_json to_json(const lab::MachineState& machine) {
    return {{"ready", machine.ready},
            {"flavour", machine.flavour},
            {"pid", machine.pid},
            {"uptime_ns", unix_ns() - machine.started_unix_ns},
            {"accelerator", machine.accelerator.name},
            {"accelerator_reason", machine.accelerator.reason},
            {"qemu_version", machine.qemu_version},
            {"image_key", machine.image_key},
            {"hypervisor", machine.hypervisor},
            {"xen_version", machine.xen_version},
            {"paging", machine.hap ? "hap" : "shadow"},
            {"console", machine.console}};
  }

  Result<int> shell() const {
    const auto machine = lab::running_machine();
    if (!machine || !machine->ready) return fail("the lab is not up", {}, "sriov-bench lab up");
    SRIOV_TRY(lab::write_ssh_config(*machine));
    Command command;
    if (where_ == "peer") {
      command = lab::peer_command(*machine, command_.empty() ? Command{"/bin/sh"} : command_);
    } else if (where_ == "dom0" || where_.starts_with("guest")) {
      command = lab::ssh_command(*machine, where_, command_);
    } else {
      return fail_usage(fmt::format("there is no '{}' in the lab", where_), {}, "known: dom0, guest1 …, peer");
    }
    std::vector<char*> arguments;
    for (std::string& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    return fail_errno("cannot run " + command[0], errno);
  }

  CLI::App* build_ = nullptr;
  CLI::App* up_ = nullptr;
  CLI::App* down_ = nullptr;
  CLI::App* status_ = nullptr;
  CLI::App* shell_ = nullptr;
  std::string hypervisor_;
  std::string flavour_ = "xen";
  std::string where_ = "dom0";
  Command command_;
  int guests_ = 1;
  bool force_ = false;
  bool json_ = false;
};

const SubcommandRegistration<LabCommand> registration{"lab"};

}  // namespace
}  // namespace sriov::cli
