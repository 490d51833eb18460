#include "testbed/lab/access.h"

#include <fmt/format.h>

#include "core/shell_words.h"
#include "host/file.h"
#include "host/lab_files.h"
#include "host/netns.h"
#include "testbed/lab/lab_guest.h"
#include "testbed/lab/places.h"
#include "testbed/lab/qemu_command.h"

namespace sriov::lab {
namespace {

std::string ssh_config_file() { return lab_state_directory() + "/ssh_config"; }

std::string to_target(const Command& command) { return "exec:" + quote_words(command); }

}  // namespace

Result<void> write_ssh_config(const MachineState& machine) {
  const std::string keys = machine.image_directory + "/keys";
  std::string text = fmt::format(
      "Host *\n"
      "  User root\n"
      "  IdentityFile {0}/id\n"
      "  IdentitiesOnly yes\n"
      "  UserKnownHostsFile {0}/known_hosts\n"
      "  GlobalKnownHostsFile /dev/null\n"
      "  HostKeyAlias sriov-bench-lab\n"
      "  StrictHostKeyChecking yes\n"
      "  BatchMode yes\n"
      "  LogLevel ERROR\n"
      // Nothing is wrong with an emulated machine that takes a minute for a key exchange.
      "  ConnectTimeout 120\n"
      // A guest that is destroyed does not close its connections: this is how long a trial waits for it.
      "  ServerAliveInterval 5\n"
      "  ServerAliveCountMax 8\n"
      "Host dom0\n"
      "  HostName 127.0.0.1\n"
      "  Port {1}\n"
      // One key exchange serves all sessions.
      "  ControlMaster auto\n"
      "  ControlPath {2}/ssh-{3}\n"
      "  ControlPersist 60\n",
      keys, kSshPort, lab_state_directory(), machine.pid);
  for (int number = 1; number <= kMostGuests; ++number)
    text += fmt::format("Host guest{}\n  HostName {}\n  ProxyJump dom0\n", number, management_address(number));
  return write_file(ssh_config_file(), text);
}

Command ssh_command(const MachineState& machine, const std::string& host, const Command& words) {
  Command command = enter_netns_command(machine.pid);
  command.insert(command.end(), {"ssh", "-F", ssh_config_file(), words.empty() ? "-t" : "-T", host});
  if (!words.empty()) command.push_back(quote_words(words));
  return command;
}

Command peer_command(const MachineState& machine, const Command& words) {
  Command command = enter_netns_command(machine.pid);
  const Command own_sysfs = own_sysfs_command(false);
  command.insert(command.end(), own_sysfs.begin(), own_sysfs.end());
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

Result<std::string> dom0_target(const MachineState& machine) {
  SRIOV_TRY(write_ssh_config(machine));
  return to_target(ssh_command(machine, "dom0", {"/opt/sriov-bench/agent", "--stdio"}));
}

std::string guest_target(const MachineState& machine, int number) {
  return to_target(ssh_command(machine, fmt::format("guest{}", number), {"/bin/sriov-bench-agent", "--stdio"}));
}

Result<std::string> peer_target(const MachineState& machine) {
  SRIOV_ASSIGN(const agent::Target local, agent::parse_target("local:"));
  return to_target(peer_command(machine, local.command));
}

}  // namespace sriov::lab
