#include "testbed/xen/xen_guest.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/time.h"
#include "host/clock.h"
#include "testbed/xen/guest_network.h"

namespace sriov::xen {
namespace {

constexpr std::int64_t kHotplugNs = 30 * kNsPerSecond;
constexpr std::int64_t kPollNs = 500 * kNsPerMs;
constexpr int kFirstTable = 5653;  // Routing tables of our own; distributions use 253 to 255.

NicKind kind_of(const std::string& path) {
  if (path == "vf") return NicKind::vf;
  return path == "netfront" ? NicKind::netfront : NicKind::emulated;
}

std::string value(const std::map<std::string, std::string>& by_path, const std::string& path) {
  const auto found = by_path.find(path);
  return found == by_path.end() ? std::string() : found->second;
}

/// A hot-plugged VF takes the guest a moment: PCI scan, driver, interface.
Result<GuestNic> wait_for_nic(const GuestContext& context, Shell& shell, NicKind kind, const std::string& mac,
                              const std::string& endpoint) {
  const std::int64_t deadline = monotonic_ns() + kHotplugNs;
  while (true) {
    SRIOV_ASSIGN(const std::vector<GuestNic> nics, guest_nics(shell));
    auto nic = find_nic(nics, kind, mac, endpoint);
    if (nic || monotonic_ns() > deadline) return nic;
    if (context.should_stop && context.should_stop())
      return fail("stopped while waiting for its VF", endpoint, {}, ErrorKind::interrupted);
    sleep_until_ns(monotonic_ns() + kPollNs);
  }
}

/// Without a MAC, a VF that is there is the one that is meant; else one of the PF's is plugged in.
Result<GuestNic> find_or_attach_vf(const GuestContext& context, const GuestSettings& guest, Shell& shell,
                                   const Domain& domain) {
  const std::string mac = value(guest.macs, "vf");
  SRIOV_ASSIGN(const std::vector<GuestNic> nics, guest_nics(shell));
  const bool has_vf = std::ranges::any_of(
      nics, [&mac](const GuestNic& nic) { return nic.kind == NicKind::vf && (mac.empty() || nic.mac == mac); });
  if (has_vf) return find_nic(nics, NicKind::vf, mac, guest.endpoint);
  if (context.settings.image) return wait_for_nic(context, shell, NicKind::vf, mac, guest.endpoint);
  if (context.settings.pf.empty() || mac.empty())
    return fail_environment("it has no VF", guest.endpoint,
                            fmt::format("attach one (xl pci-attach), or set pf = \"eth0\" and {}_vf_mac = "
                                        "\"02:53:56:00:01:0{}\" in [testbed] and the tool does",
                                        guest.endpoint, guest.number));
  SRIOV_ASSIGN(const PhysicalFunction pf, find_physical_function(context.host.shell(), context.settings.pf));
  if (pf.vfs.empty()) {  // Their number cannot be raised later, so enough for all guests at once.
    const auto guests = static_cast<int>(context.settings.guests.size());
    SRIOV_TRY(ensure_vfs(context.host.machine(), context.settings.pf, guests));
  }
  SRIOV_ASSIGN(const auto vfs, context.host.prepare_vfs(context.settings.pf, {mac}));
  SRIOV_TRY(context.host.make_assignable(vfs.front()));
  SRIOV_TRY(context.host.attach(domain.name, vfs.front().pci_address));
  return wait_for_nic(context, shell, NicKind::vf, mac, guest.endpoint);
}

Result<std::string> backend_of(XenHost& host, const Domain& domain, const GuestNic& nic) {
  if (nic.kind == NicKind::vf) return std::string();
  SRIOV_ASSIGN(const VifDevice vif, host.vif_of(domain, nic.mac));
  if (nic.kind == NicKind::netfront) return vif.netdev;
  if (vif.emulated.empty())
    return fail_environment(fmt::format("{} has no tap for the emulated NIC {}", vif.netdev, nic.name), domain.name,
                            "the vif needs type=ioemu,model=e1000, and the guest xen_emul_unplug=unnecessary");
  return vif.emulated;
}

Result<PathPort> make_port(const GuestContext& context, const GuestSettings& guest, const ChangingMachine& machine,
                           const Domain& domain, const std::string& path) {
  const NicKind kind = kind_of(path);
  GuestNic nic;
  if (kind == NicKind::vf) {
    SRIOV_ASSIGN(nic, find_or_attach_vf(context, guest, machine.shell, domain));
  } else {
    SRIOV_ASSIGN(const std::vector<GuestNic> nics, guest_nics(machine.shell));
    SRIOV_ASSIGN(nic, find_nic(nics, kind, value(guest.macs, path), guest.endpoint));
  }
  SRIOV_ASSIGN(const std::string backend, backend_of(context.host, domain, nic));
  SRIOV_ASSIGN(const Address address, ensure_address(machine, nic.name, value(guest.addresses, path),
                                                     fmt::format("{}_{}_address", guest.endpoint, path)));
  auto facing = facing_address(context.peer.shell, address, context.settings.peer_address);
  if (!facing) return tl::unexpected(facing.error().at(guest.endpoint + " " + path));
  PathPort port{nic.name, address.address, backend, facing->device, facing->address};
  if (context.ipv6) SRIOV_TRY(add_ipv6(machine, context.peer, path, guest.number, port));
  return port;
}

/// The prefix length of an address that the guest has.
Result<Address> address_on(Shell& guest, const PathPort& port) {
  SRIOV_ASSIGN(const std::vector<Address> present, addresses(guest));
  for (const Address& address : present)
    if (address.device == port.guest_device && address.address == port.guest_address) return address;
  return fail(fmt::format("{} lost its address {}", port.guest_device, port.guest_address), guest.name());
}

/// Source routing is only needed where the main table could choose another device.
Result<void> keep_paths_apart(const ChangingMachine& machine, const GuestPorts& guest) {
  if (guest.ports.size() < 2) return {};
  SRIOV_TRY(keep_arp_apart(machine));
  std::map<std::string, int> uses;
  for (const auto& [path, port] : guest.ports) ++uses[port.peer_address];
  int table = kFirstTable;
  for (const auto& [path, port] : guest.ports)
    if (uses[port.peer_address] > 1) {
      SRIOV_ASSIGN(const Address from, address_on(machine.shell, port));
      SRIOV_TRY(route_by_source(machine, from, port.peer_address, table++));
    }
  return {};
}

}  // namespace

Result<void> ManagedMachine::connect(agent::EventLoop& loop, const std::string& target, const std::string& endpoint,
                                     std::int64_t timeout_ns, const std::function<bool()>& should_stop) {
  SRIOV_ASSIGN(const agent::Target parsed, agent::parse_target(target));
  client_.reset();
  SRIOV_ASSIGN(client_, agent::Client::connect(loop, parsed, endpoint, timeout_ns, should_stop));
  // A new agent must know what the lost one had promised to undo.
  for (const JournalEntry& entry : changes_) SRIOV_TRY(client_->on_disconnect(entry.undo));
  return {};
}

ChangingMachine ManagedMachine::machine() {
  return {client_->shell(), [this](const JournalEntry& entry) -> Result<void> {
            SRIOV_TRY(client_->on_disconnect(entry.undo));
            changes_.push_back(entry);
            return {};
          }};
}

void ManagedMachine::release() {
  if (is_connected()) {
    bool undone = true;
    for (auto entry = changes_.rbegin(); entry != changes_.rend(); ++entry)
      for (const Command& command : entry->undo) undone = client_->shell().output_of(command).has_value() && undone;
    // What could not be undone now, the agent tries once more when we leave.
    if (undone) static_cast<void>(client_->clear_disconnect());
  }
  changes_.clear();
  client_.reset();
}

Result<void> add_ipv6(const ChangingMachine& guest, const ChangingMachine& peer, const std::string& path, int host,
                      PathPort& port) {
  SRIOV_ASSIGN(const Address of_guest, ensure_ipv6(guest, port.guest_device, ipv6_of(path, host)));
  SRIOV_ASSIGN(const Address of_peer, ensure_ipv6(peer, port.peer_device, ipv6_of(path, kPeerHost)));
  port.guest_address6 = of_guest.address;
  port.peer_address6 = of_peer.address;
  return {};
}

Result<Address> facing_address(Shell& peer, const Address& guest_address, const std::string& wanted) {
  SRIOV_ASSIGN(const std::vector<Address> present, addresses(peer));
  for (const Address& address : present) {
    const bool chosen = wanted.empty() ? same_subnet(address, guest_address) : address.address == wanted;
    if (chosen) return address;
  }
  if (!wanted.empty())
    return fail_environment(fmt::format("no device has peer_address {}", wanted), peer.name(),
                            "set peer_address in [testbed] to an address that `ip addr` shows there");
  return fail_environment(
      fmt::format("no address there is in the subnet of {}/{}", guest_address.address, guest_address.prefix_length),
      peer.name(), "set peer_address in [testbed], or give both ends addresses of one subnet");
}

Result<GuestPorts> set_up_guest(const GuestContext& context, const GuestSettings& guest, ManagedMachine& managed,
                                Domain& domain) {
  const ChangingMachine machine = managed.machine();
  SRIOV_ASSIGN(domain, context.host.domain_with_uuid(guest_uuid(machine.shell)));
  GuestPorts ports{guest.endpoint, {}};
  for (const std::string& path : context.paths) {
    if (path == "native") continue;
    SRIOV_ASSIGN(ports.ports[path], make_port(context, guest, machine, domain, path));
  }
  SRIOV_TRY(keep_paths_apart(machine, ports));
  return ports;
}

}  // namespace sriov::xen
