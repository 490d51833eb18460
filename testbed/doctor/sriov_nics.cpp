// SR-IOV cards: their VFs, who drives them, whether their traffic can be seen from here.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "collector/vf/vf_drivers.h"
#include "core/text.h"
#include "testbed/doctor/check.h"
#include "testbed/xen/sriov.h"

namespace sriov::doctor {
namespace {

using xen::PhysicalFunction;

std::vector<PhysicalFunction> functions_of(const Machine& machine) {
  auto pfs = xen::physical_functions(machine.shell);
  return pfs ? std::move(*pfs) : std::vector<PhysicalFunction>();
}

std::string name_of(const PhysicalFunction& pf) { return pf.netdev.empty() ? pf.pci_address : pf.netdev; }

Finding describe(const PhysicalFunction& pf) {
  std::vector<std::string> vfs;
  for (const auto& vf : pf.vfs)
    vfs.push_back(fmt::format("{} ({})", vf.pci_address, vf.driver.empty() ? "no driver" : vf.driver));
  std::string what = fmt::format("PF {}, driver {}, {} of {} VFs on", pf.pci_address,
                                 pf.driver.empty() ? "none" : pf.driver, pf.vfs.size(), pf.total_vfs);
  if (!vfs.empty()) what += ": " + join(vfs, ", ");
  if (!pf.driver.empty()) return {name_of(pf), Status::ok, what, {}, {}};
  return {name_of(pf), Status::warn, what, "no VFs can be made without the PF's driver", "load it (modprobe)"};
}

class SriovNics : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::sriov; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    std::vector<Finding> findings;
    for (const PhysicalFunction& pf : functions_of(machine)) findings.push_back(describe(pf));
    if (findings.empty())
      findings.push_back({"SR-IOV NICs", Status::missing, "no network card here can make virtual functions",
                          "the paths vf and vf-netns need one; the lab emulates one",
                          "enable SR-IOV in the firmware setup if the card has it, or use --testbed lab"});
    return findings;
  }
};
const CheckRegistration<SriovNics> sriov_nics{"sriov-nics"};

Finding counters_of(const PhysicalFunction& pf) {
  const std::string subject = name_of(pf) + " VF counters";
  const auto known = vf_counter_driver(pf.driver);
  const std::string otherwise = "read them in the guest: its own counters are right";
  if (!known)
    return {subject, Status::unknown, fmt::format("nothing is known of driver {}", pf.driver),
            "the kernel prints zeros for drivers that do not report", otherwise};
  switch (known->support) {
    case VfCounterSupport::yes:
      return {subject, Status::ok, fmt::format("{} reports traffic per VF to the host", pf.driver), {}, {}};
    case VfCounterSupport::no:
      return {subject, Status::warn, fmt::format("{} does not report per VF: `ip -s link` shows zeros", pf.driver),
              fmt::format("zero there means unknown, not idle ({})", known->source), otherwise};
    case VfCounterSupport::unproven:
      break;
  }
  return {subject, Status::unknown, fmt::format("unproven for {}", pf.driver), std::string(known->source), otherwise};
}

class VfCounters : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::sriov; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    std::vector<Finding> findings;
    for (const PhysicalFunction& pf : functions_of(machine))
      if (!pf.driver.empty()) findings.push_back(counters_of(pf));
    return findings;
  }
};
const CheckRegistration<VfCounters> vf_counters{"vf-counters"};

/// Indices of the VFs whose MAC is all zero in `ip -json link`.
std::vector<std::string> vfs_without_mac(const std::string& json) {
  std::vector<std::string> out;
  const auto links = nlohmann::json::parse(json, nullptr, false);
  if (!links.is_array() || links.empty() || !links.front().is_object()) return out;
  const auto list = links.front().find("vfinfo_list");
  if (list == links.front().end() || !list->is_array()) return out;
  for (const auto& vf : *list) {
    if (!vf.is_object() || !vf.contains("address") || vf["address"] != "00:00:00:00:00:00") continue;
    if (const auto index = vf.find("vf"); index != vf.end()) out.push_back(index->dump());
  }
  return out;
}

class VfMac : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::traps; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    std::vector<Finding> findings;
    for (const PhysicalFunction& pf : functions_of(machine)) {
      if (pf.vfs.empty() || pf.netdev.empty()) continue;
      const auto json = machine.shell.output_of({"ip", "-json", "link", "show", "dev", pf.netdev});
      if (!json) {
        findings.push_back({pf.netdev + " VF MACs", Status::unknown, json.error().text(), {}, "install iproute2"});
        continue;
      }
      const auto zero = vfs_without_mac(*json);
      if (zero.empty())
        findings.push_back({pf.netdev + " VF MACs", Status::ok, "every VF has a MAC", {}, {}});
      else
        findings.push_back({pf.netdev + " VF MACs", Status::warn, "no MAC set for VF " + join(zero, ", "),
                            "the guest's driver makes a random one at every boot",
                            fmt::format("ip link set {} vf {} mac 02:…, before the guest boots", pf.netdev, zero[0])});
    }
    return findings;
  }
};
const CheckRegistration<VfMac> vf_mac{"vf-mac"};

}  // namespace
}  // namespace sriov::doctor
