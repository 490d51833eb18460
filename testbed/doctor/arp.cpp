// Two NICs of one machine in one L2 segment answer ARP for each other.
#include <fmt/format.h>

#include "host/file.h"
#include "testbed/doctor/check.h"
#include "testbed/xen/bridge.h"
#include "testbed/xen/guest_network.h"

namespace sriov::doctor {
namespace {

/// "eth0 and eth1" for the first two devices that share a subnet, or "".
std::string sharing_pair(const std::vector<xen::Address>& addresses) {
  for (std::size_t i = 0; i < addresses.size(); ++i)
    for (std::size_t j = i + 1; j < addresses.size(); ++j)
      if (addresses[i].device != addresses[j].device && xen::same_subnet(addresses[i], addresses[j]))
        return addresses[i].device + " and " + addresses[j].device;
  return {};
}

class Arp : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::traps; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    const auto addresses = xen::addresses(machine.shell);
    if (!addresses) return {{"ARP", Status::unknown, addresses.error().text(), {}, "install iproute2"}};
    const std::string pair = sharing_pair(*addresses);
    if (pair.empty()) return {{"ARP", Status::ok, "no two devices share an IP subnet", {}, {}}};
    const std::string directory = machine.host.proc + "/sys/net/ipv4/conf/all/";
    const std::string ignore = read_word(directory + "arp_ignore");
    if (!ignore.empty() && ignore != "0" && read_word(directory + "arp_announce") == "2")
      return {{"ARP", Status::ok, pair + " share a subnet and are kept apart (arp_ignore, arp_announce)", {}, {}}};
    return {{"ARP", Status::warn, pair + " share a subnet, and either answers ARP for the other's address",
             "traffic meant for one path then takes the other: a measurement of the VF measures netfront",
             "sysctl net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2, or use two subnets"}};
  }
};
const CheckRegistration<Arp> registration{"arp"};

}  // namespace
}  // namespace sriov::doctor
