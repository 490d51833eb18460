#include "testbed/lab/machine_state.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "host/lab_files.h"
#include "host/process_stat.h"
#include "testbed/lab/places.h"

namespace sriov::lab {
namespace {

constexpr std::int64_t kGraceNs = 2 * kNsPerSecond;
constexpr std::int64_t kMostWaitNs = 30 * kNsPerSecond;
constexpr std::int64_t kPollNs = 50 * kNsPerMs;

std::string state_file() { return lab_state_directory() + "/machine.json"; }
std::string lock_file() { return lab_state_directory() + "/lock"; }

bool is_alive(const MachineState& state) {
  return state.pid > 0 && !state.start_time.empty() && process_start_time(state.pid) == state.start_time;
}

bool wait_for_end(const MachineState& state, std::int64_t timeout_ns) {
  const std::int64_t deadline = monotonic_ns() + timeout_ns;
  while (is_alive(state)) {
    if (monotonic_ns() > deadline) return false;
    sleep_until_ns(monotonic_ns() + kPollNs);
  }
  return true;
}

}  // namespace

std::string process_start_time(pid_t pid) {
  const auto stat = read_process_stat(pid);
  return stat && !stat->has_ended() ? std::to_string(stat->start_ticks) : std::string();
}

Result<void> write_state(const MachineState& state) {
  const nlohmann::ordered_json json{{"pid", state.pid},
                                    {"start_time", state.start_time},
                                    {"flavour", state.flavour},
                                    {"ready", state.ready},
                                    {"accelerator", state.accelerator.name},
                                    {"accelerator_reason", state.accelerator.reason},
                                    {"qemu_version", state.qemu_version},
                                    {"image_directory", state.image_directory},
                                    {"image_key", state.image_key},
                                    {"hypervisor", to_text(state.hypervisor)},
                                    {"xen_version", state.xen_version},
                                    {"console", state.console},
                                    {"started_unix_ns", state.started_unix_ns}};
  return write_file(state_file(), json.dump(2) + "\n", true);
}

std::optional<MachineState> read_state() {
  const auto text = read_file(state_file());
  if (!text) return std::nullopt;
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  try {
    MachineState state;
    state.pid = json.at("pid").get<pid_t>();
    state.start_time = json.at("start_time").get<std::string>();
    state.flavour = json.at("flavour").get<std::string>();
    state.ready = json.at("ready").get<bool>();
    state.accelerator = {json.at("accelerator").get<std::string>(), json.at("accelerator_reason").get<std::string>()};
    state.qemu_version = json.at("qemu_version").get<std::string>();
    state.image_directory = json.at("image_directory").get<std::string>();
    state.image_key = json.at("image_key").get<std::string>();
    const auto hypervisor = parse_hypervisor(json.at("hypervisor").get<std::string>());
    if (!hypervisor) return std::nullopt;
    state.hypervisor = hypervisor->value_or(HypervisorKind::package);
    state.xen_version = json.at("xen_version").get<std::string>();
    state.console = json.at("console").get<std::string>();
    state.started_unix_ns = json.at("started_unix_ns").get<std::int64_t>();
    return state;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;  // Another version's, or damaged: the lock still tells whether a machine runs.
  }
}

void forget_state() {
  for (const std::string& path : {state_file(), lab_monitor_path(), lab_trace_path()}) ::unlink(path.c_str());
}

Result<Fd> take_machine_lock() {
  SRIOV_TRY(make_directories(lab_state_directory()));
  Fd fd(::open(lock_file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd.is_open()) return fail_errno("cannot open the machine's lock", errno, lock_file());
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
  if (errno != EWOULDBLOCK) return fail_errno("cannot lock the machine", errno, lock_file());
  return fail("the lab's machine runs already or is being started", {}, "see sriov-bench lab status");
}

bool is_machine_locked() {
  Fd fd(::open(lock_file().c_str(), O_RDWR | O_CLOEXEC));
  return fd.is_open() && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

std::optional<MachineState> running_machine() {
  auto state = read_state();
  if (!state || !is_alive(*state) || !is_machine_locked()) return std::nullopt;
  return state;
}

Result<void> stop_machine() {
  const auto state = running_machine();
  if (state) {
    ::kill(state->pid, SIGTERM);
    if (!wait_for_end(*state, kGraceNs)) {
      ::kill(state->pid, SIGKILL);
      if (!wait_for_end(*state, kMostWaitNs))
        return fail(fmt::format("the emulator (pid {}) does not end", state->pid), {}, "is its disk stuck?");
    }
  } else if (is_machine_locked()) {
    return fail("the lab's machine is being started by another process", {}, "stop that one, or wait for it");
  }
  forget_state();
  return {};
}

}  // namespace sriov::lab
