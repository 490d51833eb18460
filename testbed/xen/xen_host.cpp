#include "testbed/xen/xen_host.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.h"
#include "host/remote_files.h"

namespace sriov::xen {
namespace {

const std::string kRunDirectory = "/run/sriov-bench";

/// netback may have been told another name (`vifname=`), so sysfs is asked first.
std::string backend_netdev(Shell& shell, int domain, int index) {
  const auto names = list_directory(shell, fmt::format("/sys/bus/xen-backend/devices/vif-{}-{}/net", domain, index));
  return names.empty() ? fmt::format("vif{}.{}", domain, index) : names.front();
}

bool contains(const std::vector<std::string>& list, const std::string& value) {
  return std::ranges::find(list, value) != list.end();
}

std::vector<VirtualFunction> free_vfs(const PhysicalFunction& pf, const std::vector<Domain>& domains) {
  std::vector<VirtualFunction> out;
  for (const VirtualFunction& vf : pf.vfs) {
    const bool used_by_dom0 = !vf.driver.empty() && !is_passthrough_driver(vf.driver);
    const bool used_by_guest = std::ranges::any_of(
        domains, [&vf](const Domain& domain) { return contains(domain.pci_addresses, vf.pci_address); });
    if (!used_by_dom0 && !used_by_guest) out.push_back(vf);
  }
  return out;
}

}  // namespace

XenHost::XenHost(Shell& shell, RecordChange record, std::string xl_program)
    : machine_{shell, std::move(record)}, xl_(shell, std::move(xl_program)) {}

Result<HypervisorInfo> XenHost::check() {
  const std::string type = read_word(shell(), "/sys/hypervisor/type");
  if (type != "xen")
    return fail_environment("this is not a Xen host", shell().name(),
                            "boot it under Xen, or use --testbed lab, which boots a Xen machine in QEMU");
  if (read_word(shell(), "/proc/xen/capabilities").find("control_d") == std::string::npos)
    return fail_environment("this domain is not dom0", shell().name(),
                            "run there; if it is dom0, mount -t xenfs xenfs /proc/xen");
  auto info = xl_.info();
  if (!info) return tl::unexpected(info.error().at("the Xen toolstack does not answer"));
  return info;
}

Result<std::vector<VirtualFunction>> XenHost::prepare_vfs(const std::string& pf_name,
                                                          const std::vector<std::string>& macs) {
  SRIOV_ASSIGN(const PhysicalFunction pf, ensure_vfs(machine_, pf_name, static_cast<int>(macs.size())));
  SRIOV_ASSIGN(const std::vector<Domain> domains, xl_.domains());
  std::vector<VirtualFunction> chosen = free_vfs(pf, domains);
  if (chosen.size() < macs.size())
    return fail_environment(fmt::format("{} VFs are wanted; of the {} of {} only {} are free", macs.size(),
                                        pf.vfs.size(), pf_name, chosen.size()),
                            shell().name(), "use fewer guests, or free some (xl pci-detach, unbind their driver)");
  chosen.resize(macs.size());
  SRIOV_ASSIGN(const std::vector<Link> all, links(shell()));
  const auto link = std::ranges::find(all, pf.netdev, &Link::name);
  if (link != all.end() && !link->is_up)
    SRIOV_TRY(machine_.change(pf.netdev + " up", {quietly({"ip", "link", "set", "dev", pf.netdev, "down"})},
                              {"ip", "link", "set", "dev", pf.netdev, "up"}));
  for (std::size_t i = 0; i < macs.size(); ++i) SRIOV_TRY(set_vf_mac(machine_, pf, chosen[i].index, macs[i]));
  return chosen;
}

Result<void> XenHost::make_assignable(const VirtualFunction& vf) {
  SRIOV_ASSIGN(const std::vector<std::string> present, xl_.assignable());
  if (contains(present, vf.pci_address)) return {};
  return machine_.change(vf.pci_address + " assignable to guests",
                         {quietly({xl_.program(), "pci-assignable-remove", "-r", vf.pci_address})},
                         {xl_.program(), "pci-assignable-add", vf.pci_address});
}

Result<void> XenHost::attach(const std::string& domain, const std::string& pci_address) {
  SRIOV_TRY(machine_.record({fmt::format("{} attached to {}", pci_address, domain),
                             {quietly({xl_.program(), "pci-detach", domain, pci_address})}}));
  return xl_.attach_pci(domain, pci_address);
}

Result<void> XenHost::prepare_bridge(const BridgeSpec& spec, const std::vector<std::string>& macs) {
  SRIOV_TRY(ensure_bridge(machine_, spec));
  if (spec.uplink.empty() || macs.empty()) return {};
  SRIOV_ASSIGN(const std::vector<PhysicalFunction> pfs, physical_functions(shell()));
  const auto pf = std::ranges::find(pfs, spec.uplink, &PhysicalFunction::netdev);
  if (pf == pfs.end() || pf->vfs.empty()) return {};
  return admit_macs(machine_, spec.uplink, macs);
}

Result<Domain> XenHost::create_guest(const DomainConfig& config) {
  SRIOV_ASSIGN(const std::string text, to_xl_config(config));
  SRIOV_ASSIGN(const std::vector<Domain> running, xl_.domains());
  if (std::ranges::find(running, config.name, &Domain::name) != running.end())
    return fail_environment(fmt::format("a domain called '{}' exists already", config.name), shell().name(),
                            fmt::format("xl destroy {}, if it is not needed", config.name));
  const std::string path = fmt::format("{}/{}.cfg", kRunDirectory, config.name);
  SRIOV_TRY(shell().output_of({"mkdir", "-p", kRunDirectory}));
  SRIOV_TRY(machine_.record(
      {"domain " + config.name, {quietly({xl_.program(), "destroy", config.name}), quietly({"rm", "-f", path})}}));
  SRIOV_TRY(shell().write(path, text));
  SRIOV_TRY(xl_.create(path));
  return xl_.domain(config.name);
}

Result<std::vector<VifDevice>> XenHost::vifs(const Domain& domain) {
  SRIOV_ASSIGN(const std::vector<NetworkRow> rows, xl_.network_list(domain.name));
  const auto netdevs = list_directory(shell(), "/sys/class/net");
  std::vector<VifDevice> out;
  for (const NetworkRow& row : rows) {
    VifDevice vif{row.index, row.mac, backend_netdev(shell(), domain.id, row.index), {}};
    if (contains(netdevs, vif.netdev + "-emu")) vif.emulated = vif.netdev + "-emu";
    out.push_back(std::move(vif));
  }
  return out;
}

Result<VifDevice> XenHost::vif_of(const Domain& domain, const std::string& mac) {
  SRIOV_ASSIGN(const std::vector<VifDevice> all, vifs(domain));
  std::vector<std::string> known;
  for (const VifDevice& vif : all) {
    if (vif.mac == mac) return vif;
    known.push_back(fmt::format("{} ({})", vif.netdev, vif.mac));
  }
  return fail_environment(fmt::format("{} has no vif with MAC {}; it has: {}", domain.name, mac,
                                      known.empty() ? "none" : join(known, ", ")),
                          shell().name());
}

Result<Domain> XenHost::domain_with_uuid(const std::string& uuid) {
  SRIOV_ASSIGN(const std::vector<Domain> all, xl_.domains());
  for (const Domain& domain : all)
    if (!uuid.empty() && domain.uuid == uuid) return domain;
  return fail_environment(fmt::format("no domain here has the uuid {}", uuid.empty() ? "(none)" : uuid), shell().name(),
                          "the guest's target must be a guest of this very host");
}

}  // namespace sriov::xen
