// sriov-bench lab: builds, boots and enters the emulated Xen machine.
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "agent/client.h"
#include "cli/progress.h"
#include "cli/subcommand.h"
#include "core/text.h"
#include "host/clock.h"
#include "host/lab_files.h"
#include "testbed/lab/image.h"
#include "testbed/lab/lab.h"
#include "testbed/lab/lab_guest.h"
#include "testbed/lab/places.h"
#include "testbed/lock.h"

namespace sriov::cli {
namespace {

constexpr const char* kHypervisorHelp =
    "package (the distribution's, the default), source (built: takes minutes, has performance counters for xenperf) or "
    "shadow (the distribution's with shadow paging)";

std::string testbed_of(const std::string& flavour) { return flavour == "xen" ? "lab" : "lab-linux"; }

class LabCommand : public Subcommand {
 public:
  void declare(CLI::App& app) override {
    app.description("The lab: a whole Xen machine with an SR-IOV card, emulated by QEMU on this host");
    app.require_subcommand(1);
    build_ =
        app.add_subcommand("build", "Build its disk images and hypervisor (once; a minute or two, needs the network)");
    build_->add_option("--hypervisor", hypervisor_, kHypervisorHelp)->type_name("KIND");
    build_->add_flag("--force", force_, "Build anew even when there is an image");
    up_ = app.add_subcommand("up", "Boot it and leave it up; `run --testbed lab` then uses it");
    up_->add_option("--guests", guests_, "Guests to make")->check(CLI::Range(1, lab::kMostGuests))->type_name("N");
    up_->add_option("--flavour", flavour_, "xen, or linux (no hypervisor; for --testbed lab-linux)")
        ->check(CLI::IsMember({"xen", "linux"}))
        ->type_name("NAME");
    up_->add_option("--hypervisor", hypervisor_, kHypervisorHelp)->type_name("KIND");
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
    SRIOV_ASSIGN(const auto kind, lab::parse_hypervisor(hypervisor_));
    const lab::HypervisorKind hypervisor = kind.value_or(lab::HypervisorKind::package);
    ProgressLine line;
    SRIOV_ASSIGN(const lab::Image image, lab::ensure_image({hypervisor, force_}, shower(line), stopper()));
    line.clear();
    fmt::print("image {} is ready: Xen {} ({})\n{}\n", image.key, image.xen_version, lab::describe(hypervisor),
               image.directory);
    return kOk;
  }

  Result<int> up() const {
    SRIOV_ASSIGN(const auto hypervisor, lab::parse_hypervisor(hypervisor_));
    SRIOV_ASSIGN(const TestbedLock lock, TestbedLock::take(testbed_of(flavour_), "lab up"));
    ProgressLine line;
    agent::EventLoop loop;
    SRIOV_ASSIGN(lab::Lab lab, lab::Lab::enter({flavour_, hypervisor, true, shower(line), stopper()}));
    const bool was_up = !lab.is_own();
    std::string guests;
    if (flavour_ == "xen") {
      SRIOV_ASSIGN(const int count, lab.make_guests(loop, guests_));
      guests = fmt::format(" with {} guest{}", count, count == 1 ? "" : "s");
      for (const std::string& remake : lab.inside()->remakes())
        line.say(fmt::format("sriov-bench: made again: {}", remake));
    }
    lab.leave();
    line.clear();
    const lab::MachineState& machine = lab.state();
    fmt::print("the lab is {}up: {}{}, {} ({})\n", was_up ? "already " : "", machine.flavour, guests,
               machine.accelerator.name, machine.accelerator.reason);
    if (flavour_ == "xen") fmt::print("Xen {} ({})\n", machine.xen_version, lab::describe(machine.hypervisor));
    return kOk;
  }

  static Result<int> down() {
    SRIOV_ASSIGN(const TestbedLock xen_lock, TestbedLock::take("lab", "lab down"));
    SRIOV_ASSIGN(const TestbedLock linux_lock, TestbedLock::take("lab-linux", "lab down"));
    SRIOV_ASSIGN(const bool was_up, lab::Lab::down());
    fmt::print("the lab is {}down\n", was_up ? "" : "already ");
    return kOk;
  }

  Result<int> status() const {
    const lab::LabStatus status = lab::Lab::status();
    if (json_)
      fmt::print("{}\n", to_json(status).dump(2));
    else
      print(status);
    return kOk;
  }

  static void print(const lab::LabStatus& status) {
    std::vector<std::string> built;
    for (const lab::HypervisorKind kind : status.built) built.push_back(lab::to_text(kind));
    fmt::print("image:   {}\n",
               built.empty() ? "not built"
                             : fmt::format("{} (hypervisors: {})", status.image_directory, fmt::join(built, ", ")));
    if (!status.machine) {
      fmt::print("machine: {}\n", status.is_being_started ? "being started" : "down");
      return;
    }
    const lab::MachineState& machine = *status.machine;
    fmt::print("machine: {}, {}, up for {} (QEMU {}, pid {})\n", machine.ready ? "up" : "booting", machine.flavour,
               format_duration(unix_ns() - machine.started_unix_ns), machine.qemu_version, machine.pid);
    if (machine.flavour == "xen")
      fmt::print("xen:     {} ({})\n", machine.xen_version, lab::describe(machine.hypervisor));
    for (const lab::GuestState& guest : status.guests) fmt::print("guest:   {}, {}\n", guest.name, guest.state);
    fmt::print("runs on: {}: {}\nconsole: {}\n", machine.accelerator.name, machine.accelerator.reason, machine.console);
  }

  static nlohmann::ordered_json to_json(const lab::LabStatus& status) {
    nlohmann::ordered_json out{{"up", status.machine && status.machine->ready},
                               {"image_built", !status.built.empty()},
                               {"image_key", status.image_key},
                               {"hypervisors", nlohmann::ordered_json::array()},
                               {"cache_directory", lab::cache_directory()},
                               {"state_directory", lab_state_directory()}};
    for (const lab::HypervisorKind kind : status.built) out["hypervisors"].push_back(lab::to_text(kind));
    if (!status.machine) return out;
    out["machine"] = to_json(*status.machine);
    out["guests"] = nlohmann::ordered_json::array();
    for (const lab::GuestState& guest : status.guests)
      out["guests"].push_back({{"name", guest.name}, {"state", guest.state}});
    return out;
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
            {"hypervisor", lab::to_text(machine.hypervisor)},
            {"xen_version", machine.xen_version},
            {"paging", lab::has_nested_paging(machine.hypervisor) ? "hap" : "shadow"},
            {"performance_counters", lab::has_performance_counters(machine.hypervisor)},
            {"console", machine.console}};
  }

  Result<int> shell() const {
    SRIOV_ASSIGN(Command command, lab::Lab::command_in(where_, command_));
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
