// Agents in network namespaces of one machine, this one or one that is reached through a command.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/client.h"
#include "core/result.h"
#include "core/time.h"

namespace sriov::netns {

/// The machine whose namespaces are used.
struct Machine {
  Command agent;  ///< Starts an agent on it: {"/usr/bin/sriov-bench-agent", "--stdio"}.
  /// Turns a command on that machine into one here. Identity for this machine; "ssh -p 2222 root@… " and quoting else.
  std::function<Command(const Command&)> reach;
  bool is_here = true;  ///< It is the controller's own machine.
  bool emulated = false;
  std::string accelerator;  ///< "tcg", "kvm" or "".
  std::int64_t connect_timeout_ns = 20 * kNsPerSecond;
};
/// This machine, with the agent that "local:" means.
[[nodiscard]] Result<Machine> this_machine();

/// A network namespace held by the agent in it: it has no name, and the kernel removes it, with its virtual devices,
/// when the agent ends.
struct Namespace {
  std::string name;  ///< The endpoint's.
  std::unique_ptr<agent::Client> client;
  std::string pid;  ///< Of the agent, on its machine: what `ip link … netns` takes.

  [[nodiscard]] Shell& shell() const { return client->shell(); }
};
/// Starts an agent in a new namespace (with a /sys that shows its devices) or, with `own` false, in the machine's.
[[nodiscard]] Result<Namespace> start_namespace(agent::EventLoop& loop, const Machine& machine, const std::string& name,
                                                bool own);

/// Runs `ip` with blank-separated arguments there.
[[nodiscard]] Result<std::string> ip(const Namespace& netns, const std::string& arguments);
/// Two ends of a new veth pair, each in its namespace, up.
struct VethEnd {
  const Namespace* netns = nullptr;
  std::string device;
};
[[nodiscard]] Result<void> make_veth(const VethEnd& a, const VethEnd& b);
/// Gives a device its address ("198.18.1.1/24"); an IPv6 one is usable at once.
[[nodiscard]] Result<void> set_address(const VethEnd& end, const std::string& address);
/// Answers ARP only for the asked device's own address, keeps IPv6 chatter away where IPv6 is not wanted, brings lo up.
[[nodiscard]] Result<void> settle(const Namespace& netns, bool ipv6);
/// Waits until the device's link is up.
[[nodiscard]] Result<void> wait_for_link(const VethEnd& end, std::int64_t timeout_ns);

}  // namespace sriov::netns
