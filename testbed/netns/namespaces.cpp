#include "testbed/netns/namespaces.h"

#include <fmt/format.h>

#include "core/shell_words.h"
#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "host/netns.h"
#include "host/process_stat.h"

namespace sriov::netns {
namespace {

constexpr std::int64_t kPollNs = 20 * kNsPerMs;

Result<std::string> own_pid(Shell& shell) {
  SRIOV_ASSIGN(const std::string stat, shell.read("/proc/self/stat"));
  const auto own = parse_process_stat(stat);
  if (!own) return fail("the agent's /proc/self/stat cannot be understood", "/proc/self/stat");
  return std::to_string(own->pid);
}

}  // namespace

Result<Machine> this_machine() {
  SRIOV_ASSIGN(agent::Target local, agent::parse_target("local:"));
  Machine machine;
  machine.agent = std::move(local.command);
  machine.reach = [](const Command& command) { return command; };
  return machine;
}

Result<Namespace> start_namespace(agent::EventLoop& loop, const Machine& machine, const std::string& name, bool own) {
  agent::Target target;
  Command command = own ? own_sysfs_command(true) : Command();
  command.insert(command.end(), machine.agent.begin(), machine.agent.end());
  target.command = machine.reach(command);
  target.text = "exec:" + quote_words(target.command);
  Namespace netns;
  netns.name = name;
  SRIOV_ASSIGN(netns.client, agent::Client::connect(loop, target, name, machine.connect_timeout_ns));
  SRIOV_ASSIGN(netns.pid, own_pid(netns.shell()));
  return netns;
}

Result<std::string> ip(const Namespace& netns, const std::string& arguments) {
  Command command{"ip"};
  for (std::string& word : split(arguments, ' ')) command.push_back(std::move(word));
  auto out = netns.shell().output_of(command);
  if (!out) return tl::unexpected(out.error().at(netns.name));
  return out;
}

Result<void> make_veth(const VethEnd& a, const VethEnd& b) {
  SRIOV_TRY(
      ip(*a.netns, fmt::format("link add name {} type veth peer name {} netns {}", a.device, b.device, b.netns->pid)));
  SRIOV_TRY(ip(*a.netns, fmt::format("link set dev {} up", a.device)));
  SRIOV_TRY(ip(*b.netns, fmt::format("link set dev {} up", b.device)));
  return {};
}

Result<void> set_address(const VethEnd& end, const std::string& address) {
  // Nobody else can have the address, so nothing is gained by the second that looking for duplicates takes.
  const char* at_once = address.find(':') == std::string::npos ? "" : " nodad";
  SRIOV_TRY(ip(*end.netns, fmt::format("address replace {} dev {}{}", address, end.device, at_once)));
  return {};
}

Result<void> settle(const Namespace& netns, bool ipv6) {
  SRIOV_TRY(netns.shell().write("/proc/sys/net/ipv4/conf/all/arp_ignore", "1"));
  SRIOV_TRY(netns.shell().write("/proc/sys/net/ipv4/conf/all/arp_announce", "2"));
  // A kernel without IPv6 has nothing to silence; one that lacks what is wanted says so when the address is set.
  for (const char* which : {"all", "default"})
    (void)netns.shell().write(fmt::format("/proc/sys/net/ipv6/conf/{}/disable_ipv6", which), ipv6 ? "0" : "1");
  SRIOV_TRY(ip(netns, "link set dev lo up"));
  return {};
}

Result<void> wait_for_link(const VethEnd& end, std::int64_t timeout_ns) {
  const std::int64_t deadline = monotonic_ns() + timeout_ns;
  while (true) {
    SRIOV_ASSIGN(const std::string state, ip(*end.netns, "-oneline link show dev " + end.device));
    if (state.find("LOWER_UP") != std::string::npos) return {};
    if (monotonic_ns() > deadline)
      return fail(fmt::format("{} has no link after {}", end.device, format_duration(timeout_ns)), end.netns->name);
    sleep_until_ns(monotonic_ns() + kPollNs);
  }
}

}  // namespace sriov::netns
