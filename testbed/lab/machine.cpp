#include "testbed/lab/machine.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "host/file.h"
#include "host/lab_files.h"
#include "testbed/lab/machine_state.h"
#include "testbed/lab/overlay.h"
#include "testbed/lab/places.h"
#include "testbed/lab/qemu_check.h"
#include "testbed/lab/qemu_command.h"

namespace sriov::lab {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kPollNs = 100 * kNsPerMs;
constexpr std::int64_t kQuietMostNs = 180 * kNsPerSecond;  // Without a console line: a loaded host is slow, not stuck.
constexpr std::int64_t kBootMostNs = 900 * kNsPerSecond;
constexpr std::int64_t kKvmQuietMostNs = 30 * kNsPerSecond;  // KVM that is silent for so long never says anything.
constexpr std::size_t kKeptLogs = 10;                        // Two a boot.
constexpr std::size_t kLinesInErrors = 12;

std::string qemu_version() {
  LocalShell shell;
  const auto text = shell.output_of({kQemu, "--version"});
  if (!text) return {};
  const std::string first = text->substr(0, text->find('\n'));
  constexpr std::string_view kPrefix = "QEMU emulator version ";
  return first.starts_with(kPrefix) ? first.substr(kPrefix.size()) : first;
}

/// Working directories of boots whose process has gone.
void remove_stale_work(const std::string& cache) {
  std::error_code ignored;
  for (const std::string& name : list_directory(cache)) {
    if (!name.starts_with("boot-")) continue;
    const auto pid = to_int(name.substr(5));
    if (pid && !exists(fmt::format("/proc/{}", *pid))) fs::remove_all(cache + "/" + name, ignored);
  }
}

/// Emulation competes with whatever else the host does; autogroup scheduling makes plain `nice` pointless across
/// sessions. Best effort: where it is not allowed, the lab is only slower.
void favour(pid_t pid) {
  const char* given = std::getenv("SRIOV_BENCH_LAB_NICE");
  (void)write_kernel_file(fmt::format("/proc/{}/autogroup", pid), given != nullptr ? given : "-5");
}

/// Makes the pipe that the emulator writes its trace to, and opens it for reading: an open for writing would wait.
Result<Fd> open_trace() {
  const std::string path = lab_trace_path();
  if (lab_monitor_path().size() >= sizeof(sockaddr_un::sun_path))
    return fail_usage("the path is too long for a socket", lab_monitor_path(),
                      "point SRIOV_BENCH_LAB_STATE at a shorter one");
  if (::mkfifo(path.c_str(), 0600) != 0) return fail_errno("cannot make a named pipe", errno, path);
  Fd reader(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!reader.is_open()) return fail_errno("cannot open", errno, path);
  return reader;
}

/// Puts the end of the console log into an error.
tl::unexpected<Error> with_console(std::string what, const std::string& console) {
  const std::string last = tail(console, kLinesInErrors);
  return fail(fmt::format("{}; the console's last lines:\n{}", what, last.empty() ? "(none)" : last), "lab",
              "the whole log is " + console);
}

/// How far the console says it is, in words for the progress.
std::string stage_of(const std::string& console, const std::string& flavour) {
  if (console.find("LAB: xen") != std::string::npos) return "dom0: toolstack";
  if (console.find("LAB: ") != std::string::npos) return "dom0: init";
  if (console.find("Linux version") != std::string::npos || console.find("Dom0 has maximum") != std::string::npos)
    return "dom0: kernel";
  return flavour == "xen" ? "booting Xen" : "booting Linux";
}

bool has_died(const std::string& console) {
  constexpr std::array<const char*, 4> kSigns{"Kernel panic", "Panic on CPU", "Hardware Dom0 crashed", "LAB: failed"};
  return std::ranges::any_of(kSigns, [&console](const char* sign) { return console.find(sign) != std::string::npos; });
}

}  // namespace

Result<void> check_host() {
  if (::geteuid() != 0)
    return fail_environment("the lab needs root: it makes network namespaces and tap devices", "lab",
                            "run it with sudo");
  constexpr std::array<std::array<const char*, 2>, 5> kPrograms{{{"ip", "iproute2"},
                                                                 {"unshare", "util-linux"},
                                                                 {"ssh", "openssh-client"},
                                                                 {"mke2fs", "e2fsprogs"},
                                                                 {"cpio", "cpio"}}};
  for (const auto& [program, package] : kPrograms)
    if (find_program(program).empty())
      return fail_environment(fmt::format("the program '{}' is not there", program), "lab",
                              fmt::format("apt-get install {}", package));
  if (!exists("/dev/net/tun"))
    return fail_environment("no /dev/net/tun", "lab", "modprobe tun; in a container, pass --device /dev/net/tun");
  LocalShell shell;
  return check_qemu(shell);
}

Result<BootedMachine> BootedMachine::boot(const BootOptions& options) {
  SRIOV_TRY(check_host());
  const Accelerator accelerator = choose_accelerator();
  auto booted = boot_with(options, accelerator);
  const bool forced = std::getenv("SRIOV_BENCH_LAB_ACCEL") != nullptr;
  if (booted || accelerator.name != "kvm" || forced || booted.error().kind == ErrorKind::interrupted) return booted;
  const std::string first_line = booted.error().what.substr(0, booted.error().what.find(';'));
  return boot_with(options, {"tcg", "KVM was tried: " + first_line});
}

Result<BootedMachine> BootedMachine::boot_with(const BootOptions& options, const Accelerator& accelerator) {
  BootedMachine machine;
  machine.state_.flavour = options.flavour;
  machine.state_.accelerator = accelerator;
  machine.state_.qemu_version = qemu_version();
  machine.state_.image_directory = options.image.directory;
  machine.state_.image_key = options.image.key;
  machine.state_.hypervisor = options.image.hypervisor;
  machine.state_.xen_version = options.image.xen_version;
  machine.state_.started_unix_ns = unix_ns();
  SRIOV_TRY(machine.start(options));
  if (auto ready = machine.await_ready(options); !ready) {
    machine.stop();
    return tl::unexpected(ready.error());
  }
  machine.state_.ready = true;
  SRIOV_TRY(write_state(machine.state_));
  return machine;
}

Result<void> BootedMachine::start(const BootOptions& options) {
  SRIOV_ASSIGN(const Fd lock, take_machine_lock());
  forget_state();
  const std::string cache = cache_directory();
  SRIOV_TRY(make_directories(cache + "/logs"));
  remove_stale_work(cache);
  if (options.progress) options.progress({"making the machine's second disk", -1});
  const std::string work = fmt::format("{}/boot-{}", cache, ::getpid());
  std::error_code ignored;
  fs::remove_all(work, ignored);
  SRIOV_ASSIGN(const std::string overlay, make_overlay(options.image, work, options.should_stop));
  state_.console =
      fmt::format("{}/logs/console-{}-{}.log", cache, state_.started_unix_ns / kNsPerSecond, state_.accelerator.name);
  SRIOV_TRY(write_file(state_.console, ""));
  keep_newest(cache + "/logs", "console-", kKeptLogs);

  SRIOV_ASSIGN(trace_reader_, open_trace());
  SRIOV_ASSIGN(const std::string scripts, script_directory());
  const QemuOptions qemu{options.flavour,
                         state_.accelerator.name,
                         options.image.directory,
                         hypervisor_file(options.image.directory, options.image.hypervisor),
                         overlay,
                         state_.console,
                         lab_monitor_path(),
                         lab_trace_path(),
                         4096};
  Command command{"unshare", "--net", "--", "sh", scripts + "/launch.sh"};
  const Command emulator = qemu_command(qemu);
  command.insert(command.end(), emulator.begin(), emulator.end());
  const Fd messages(::open((state_.console + ".qemu").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  ChildOptions child;
  child.stdout_fd = messages.get();
  child.stderr_fd = messages.get();
  child.keep_fds = {lock.get()};  // The emulator holds the lock for as long as it lives.
  child.die_with_parent = options.owned;
  child.new_session = true;
  if (options.progress) options.progress({options.flavour == "xen" ? "booting Xen" : "booting Linux", -1});
  SRIOV_ASSIGN(child_, Child::start(command, child));
  favour(child_.pid());
  state_.pid = child_.pid();
  state_.start_time = process_start_time(state_.pid);
  return write_state(state_);
}

Result<void> BootedMachine::await_ready(const BootOptions& options) {
  const std::int64_t begin = monotonic_ns();
  const std::int64_t quiet_most = state_.accelerator.name == "kvm" ? kKvmQuietMostNs : kQuietMostNs;
  std::int64_t grown_at = begin;
  std::size_t size = 0;
  std::string stage;
  while (true) {
    const std::string console = read_file(state_.console).value_or("");
    if (console.find("LAB: ready") != std::string::npos && !has_died(console)) break;
    const std::int64_t now = monotonic_ns();
    if (console.size() != size) grown_at = now;
    size = console.size();
    if (options.should_stop && options.should_stop())
      return fail("interrupted while the machine was booting", "lab", "", ErrorKind::interrupted);
    if (!child_.is_running()) {
      const std::string said = tail(state_.console + ".qemu", 4);
      return with_console("the emulator ended" + (said.empty() ? "" : " (" + said + ")"), state_.console);
    }
    if (has_died(console)) return with_console("the machine did not boot", state_.console);
    if (now - grown_at > quiet_most || now - begin > kBootMostNs)
      return with_console(fmt::format("the machine was not ready after {}", format_duration(now - begin)),
                          state_.console);
    if (const std::string now_stage = stage_of(console, options.flavour); options.progress && now_stage != stage) {
      stage = now_stage;
      options.progress({stage, -1});
    }
    sleep_until_ns(now + kPollNs);
  }
  trace_reader_.close();
  // The emulator has them open; nothing is left when it ends.
  std::error_code ignored;
  fs::remove_all(fmt::format("{}/boot-{}", cache_directory(), ::getpid()), ignored);
  return {};
}

void BootedMachine::stop() {
  child_.stop();
  if (state_.pid > 0) forget_state();
  std::error_code ignored;
  fs::remove_all(fmt::format("{}/boot-{}", cache_directory(), ::getpid()), ignored);
}

}  // namespace sriov::lab
