#include "testbed/netns/namespaces.h"

#include <fmt/format.h>

#include "core/text.h"
#include "host/clock.h"

namespace sriov::netns {
namespace {

constexpr std::int64_t kPoll = 20'000'000;

/// /sys shows the devices of the namespace it was mounted from: mount one of our own, or do without where that is
/// forbidden (then only sysfs readers see the wrong devices; netlink and /proc/net are right).
Command in_new_namespace(const Command& command) {
  Command out{
      "unshare", "--net", "--mount", "--", "/bin/sh", "-c", "mount -t sysfs sysfs /sys 2>/dev/null; exec \"$@\"", "sh"};
  out.insert(out.end(), command.begin(), command.end());
  return out;
}

Result<std::string> own_pid(Shell& shell) {
  SRIOV_ASSIGN(const std::string stat, shell.read("/proc/self/stat"));
  const std::string pid = stat.substr(0, stat.find(' '));
  if (!to_int(pid)) return fail("the agent's /proc/self/stat has no pid", "/proc/self/stat");
  return pid;
}

}  // namespace

Result<Machine> this_machine() {
  SRIOV_ASSIGN(agent::Target local, agent::parse_target("local:"));
  Machine machine;
  machine.agent = std::move(local.command);
  machine.reach = [](const Command& command) { return command; };
  return machine;
}

Result<Space> start_space(agent::EventLoop& loop, const Machine& machine, const std::string& name, bool own) {
  agent::Target target;
  target.command = machine.reach(own ? in_new_namespace(machine.agent) : machine.agent);
  target.text = "exec:" + join(target.command, " ");
  Space space;
  space.name = name;
  SRIOV_ASSIGN(space.client, agent::Client::connect(loop, target, name, machine.connect_timeout_ns));
  SRIOV_ASSIGN(space.pid, own_pid(space.shell()));
  return space;
}

Result<std::string> ip(const Space& space, const std::string& arguments) {
  Command command{"ip"};
  for (std::string& word : split(arguments, ' ')) command.push_back(std::move(word));
  auto out = space.shell().output_of(command);
  if (!out) return tl::unexpected(out.error().at(space.name));
  return out;
}

Result<void> make_veth(const VethEnd& a, const VethEnd& b) {
  SRIOV_TRY(
      ip(*a.space, fmt::format("link add name {} type veth peer name {} netns {}", a.device, b.device, b.space->pid)));
  SRIOV_TRY(ip(*a.space, fmt::format("link set dev {} up", a.device)));
  SRIOV_TRY(ip(*b.space, fmt::format("link set dev {} up", b.device)));
  return {};
}

Result<void> set_address(const VethEnd& end, const std::string& address) {
  // Nobody else can have the address, so nothing is gained by the second that looking for duplicates takes.
  const char* at_once = address.find(':') == std::string::npos ? "" : " nodad";
  SRIOV_TRY(ip(*end.space, fmt::format("address replace {} dev {}{}", address, end.device, at_once)));
  return {};
}

Result<void> settle(const Space& space, bool ipv6) {
  SRIOV_TRY(space.shell().write("/proc/sys/net/ipv4/conf/all/arp_ignore", "1"));
  SRIOV_TRY(space.shell().write("/proc/sys/net/ipv4/conf/all/arp_announce", "2"));
  // A kernel without IPv6 has nothing to silence; one that lacks what is wanted says so when the address is set.
  for (const char* which : {"all", "default"})
    (void)space.shell().write(fmt::format("/proc/sys/net/ipv6/conf/{}/disable_ipv6", which), ipv6 ? "0" : "1");
  SRIOV_TRY(ip(space, "link set dev lo up"));
  return {};
}

Result<void> wait_for_link(const VethEnd& end, std::int64_t timeout_ns) {
  const std::int64_t deadline = monotonic_ns() + timeout_ns;
  while (true) {
    SRIOV_ASSIGN(const std::string state, ip(*end.space, "-oneline link show dev " + end.device));
    if (state.find("LOWER_UP") != std::string::npos) return {};
    if (monotonic_ns() > deadline)
      return fail(fmt::format("{} has no link after {}", end.device, format_duration(timeout_ns)), end.space->name);
    sleep_until_ns(monotonic_ns() + kPoll);
  }
}

}  // namespace sriov::netns
