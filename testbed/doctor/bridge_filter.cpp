// A PF on a bridge hears only the unicast frames of MACs in its filter: the guests' must be there.
#include <algorithm>

#include <fmt/format.h>

#include "core/text.h"
#include "testbed/doctor/check.h"
#include "testbed/xen/bridge.h"
#include "testbed/xen/sriov.h"
#include "testbed/xen/xl.h"

namespace sriov::doctor {
namespace {

const std::string kWhy =
    "with VFs on, the card hands the PF only unicast frames of MACs in its filter: ARP works and everything else is "
    "lost";

Result<std::vector<std::string>> vif_macs_on(const Machine& machine, const std::string& bridge) {
  SRIOV_ASSIGN(const auto domains, xen::Xl(machine.shell).domains());
  std::vector<std::string> macs;
  for (const auto& domain : domains)
    for (const auto& nic : domain.nics)
      if (nic.bridge == bridge) macs.push_back(nic.mac);
  return macs;
}

Result<std::vector<std::string>> missing_macs(const Machine& machine, const std::string& pf,
                                              const std::string& bridge) {
  SRIOV_ASSIGN(const auto wanted, vif_macs_on(machine, bridge));
  SRIOV_ASSIGN(const std::string json, machine.shell.output_of({"bridge", "-json", "fdb", "show", "dev", pf}));
  SRIOV_ASSIGN(const auto present, xen::parse_filter_macs(json));
  std::vector<std::string> missing;
  for (const std::string& mac : wanted)
    if (std::ranges::find(present, mac) == present.end()) missing.push_back(mac);
  return missing;
}

Finding judge(const Machine& machine, const std::string& pf, const std::string& bridge) {
  const auto missing = missing_macs(machine, pf, bridge);
  if (!missing) return {pf + " on " + bridge, Status::unknown, missing.error().text(), kWhy, "run in dom0, as root"};
  if (missing->empty())
    return {pf + " on " + bridge, Status::ok, "the PF's filter has the MACs of all vifs of the bridge", {}, {}};
  return {pf + " on " + bridge, Status::warn, "not in the PF's filter: " + join(*missing, ", "), kWhy,
          fmt::format("bridge fdb add {} dev {} self (for each); the testbed does so for its own guests",
                      missing->front(), pf)};
}

class BridgeFilter : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::traps; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    const auto pfs = xen::physical_functions(machine.shell);
    const auto links = xen::links(machine.shell);
    if (!pfs || !links) return {};
    std::vector<Finding> findings;
    for (const auto& pf : *pfs) {
      const auto link = std::ranges::find(*links, pf.netdev, &xen::Link::name);
      if (pf.vfs.empty() || link == links->end() || link->master.empty()) continue;
      findings.push_back(judge(machine, pf.netdev, link->master));
    }
    return findings;
  }
};
const CheckRegistration<BridgeFilter> registration{"bridge-filter"};

}  // namespace
}  // namespace sriov::doctor
